"""The parts of the results page, each from predictions and galleries alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.core.images import RGBImage
from deepexpr.evaluation.confusion_chart import confusion_chart
from deepexpr.evaluation.fit_chart import fit_chart
from deepexpr.evaluation.fitting import fit_preset
from deepexpr.evaluation.gallery_distances import (
    GalleryDistances,
    gallery_distances,
    only_key_poses,
    only_unseen,
)
from deepexpr.evaluation.neutral_report import neutral_cells
from deepexpr.evaluation.predictions import Predictions
from deepexpr.evaluation.recognition import recognition_report
from deepexpr.evaluation.recognition_report import (
    key_pose_readings,
    people_report,
    recall_cells,
    recognition_cells,
)
from deepexpr.evaluation.results_page import Section, fit_tables, fit_text, grids
from deepexpr.evaluation.retrieval_report import (
    HEAD_FACES_A_CLASS,
    SYSTEMS,
    agreement_cells,
    character_cells,
    head_cells,
    paper_cells,
    score_systems,
)
from deepexpr.evaluation.split_cards import split_measurements
from deepexpr.evaluation.tables import Cell, markdown_list
from deepexpr.evaluation.unseen import TrainingSplit
from deepexpr.expression.card import WeightsCard
from deepexpr.retrieval.gallery import Gallery

UNSEEN_TABLE = "Table 1: retrieval score, unseen poses"
KEY_POSES_TABLE = "Table 1: retrieval score, unseen key poses alone"
WHOLE_TABLE = "Table 1: retrieval score, whole galleries"
RECALL_TABLE = "Recall"


@dataclass(frozen=True, slots=True)
class Material:
    """What figures are made of.

    Attributes:
        faces: predictions of a data set of people.
        galleries: the characters' galleries.
        split: what the encoder has not learned from.
        seed: of every draw.
        threads: how many galleries are worked on at once.
        command: options that name the data, for the commands on the page.
        cards: of encoders that were trained on other splits of the characters.
    """

    faces: Predictions
    galleries: Sequence[Gallery]
    split: TrainingSplit
    seed: int
    threads: int
    command: str
    cards: Sequence[WeightsCard] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One section with what belongs to it.

    Attributes:
        section: the part of the page.
        cells: every figure of it, for the CSV file.
        charts: file name to picture.
    """

    section: Section
    cells: tuple[Cell, ...]
    charts: Mapping[str, RGBImage]


def recognition_outcome(material: Material) -> Outcome:
    """Accuracy, recall and confusion of people and of held-out key poses."""
    faces = material.faces.labelled()
    people = people_report(faces)
    charts = {
        "confusion_people.png": confusion_chart(
            people.confusion,
            "People",
            f"{faces.card.dataset}, {faces.card.data_sha256[:12]}",
        )
    }
    recalls = recall_cells(RECALL_TABLE, "people", people)
    characters = None
    readings = key_pose_readings(material.galleries, material.split)
    if len(readings.label):
        characters = recognition_report(readings.probabilities, readings.label)
        charts["confusion_characters.png"] = confusion_chart(
            characters.confusion,
            "Characters",
            "key poses that the encoder has not learned from",
        )
        recalls += recall_cells(RECALL_TABLE, "characters", characters)
    others = split_measurements(material.cards)
    cells = recognition_cells(people, characters, others)
    text = (
        "People: faces whose raters agree on one expression, against that majority; "
        "three numbers of the calibration were fitted on the FER+ validation faces. "
        "Characters: key poses that were held out from training, against the "
        "expression they were made to show.\n\n"
        "![Characters](images/confusion_characters.png)"
    )
    section = Section(
        "Recognition",
        f"deepexpr evaluate recognition {material.command}",
        text if characters is not None else text.partition("\n\n")[0],
        [markdown_list(cells), *grids(recalls)],
        "confusion_people.png",
    )
    return Outcome(section, (*cells, *recalls), charts)


def retrieval_outcome(material: Material) -> Outcome:
    """Retrieval scores, by agreement, by character, and the head of the ranking."""
    queries = material.faces.labelled()
    whole = gallery_distances(
        queries, material.galleries, material.split, threads=material.threads
    )
    unseen = only_unseen(whole)
    leading = _leading(queries, unseen or whole, material)
    scores, seed = score_systems(queries, whole), material.seed
    rest = (
        *paper_cells(scores, seed, WHOLE_TABLE),
        *head_cells(
            queries, unseen or whole, seed, "Head of the ranking, unseen poses"
        ),
        *head_cells(queries, whole, seed, "Head of the ranking, whole galleries"),
    )
    cells = (*leading, *rest)
    section = Section(
        "Retrieval",
        f"deepexpr evaluate retrieval {material.command}",
        _retrieval_text(queries, whole, unseen),
        grids(cells),
    )
    return Outcome(section, cells, {})


def _leading(
    queries: Predictions, distances: Mapping[str, GalleryDistances], material: Material
) -> tuple[Cell, ...]:
    """Figures that claim generalisation; withheld where nothing was held out."""
    scores, seed = score_systems(queries, distances), material.seed
    warning = material.split.warning
    leading = paper_cells(scores, seed, UNSEEN_TABLE, warning)
    if warning:
        return leading
    title = "DeepExpr by character, unseen poses"
    selected = score_systems(queries, only_key_poses(distances))
    return (
        *leading,
        *paper_cells(selected, seed, KEY_POSES_TABLE),
        *agreement_cells(scores, seed),
        *character_cells(scores, seed, title),
    )


def _retrieval_text(
    queries: Predictions,
    whole: Mapping[str, GalleryDistances],
    unseen: Mapping[str, GalleryDistances],
) -> str:
    rows = sum(len(each.labels) for each in whole.values())
    kept = sum(len(each.labels) for each in unseen.values())
    fitted = int(queries.measured.sum())
    preset = SYSTEMS["DeepExpr"]
    counts = np.bincount(queries.label, minlength=len(EXPRESSIONS))
    shown = ", ".join(
        f"{name} {count:,}" for name, count in zip(EXPRESSIONS, counts, strict=True)
    )
    return f"""
Queries: {len(queries):,} faces of {queries.card.dataset} ({shown}).
Galleries: {len(whole)} characters, {rows:,} poses; {kept:,} lie between
held-out key poses alone. **The leading table ranks only those**: the encoder has
learned neither from them nor from poses beside them. The table of whole galleries is
what a user gets, but leaks: the encoder was trained on most of those key poses, with
their labels. In both, poses between key poses were kept only if the encoder reads
their label in them; the table of unseen key poses alone is free of that choice.

Sharpness and β were chosen on one half of these faces; the last section has figures of
the other half alone.

DeepExpr is φ = {preset.feature_weight:g}·JSD + {preset.geometry_weight:g}·Geo with
sharpness {preset.sharpness:g}. {len(queries) - fitted} faces to which no landmarks
could be fitted are ranked by features alone, and left out of "geometry only". The head
of the ranking is scored on at most {HEAD_FACES_A_CLASS} faces of each expression.
"""


def neutral_outcome(material: Material) -> Outcome:
    """What it gains to compare departures from neutral."""
    faces = material.faces.labelled()
    cells = neutral_cells(faces, material.galleries, material.seed)
    text = (
        "By geometry alone, against whole galleries. People ask with their measures as "
        "they are, or as departures from the average face, which is the default. "
        "Characters' key poses ask the other characters: their proportions differ far "
        "more than people's, and their own neutral stands for what `--neutral PHOTO` "
        "gives for a person; the data sets here have no neutral photo of the same "
        "person."
    )
    section = Section(
        "Departures from neutral",
        f"deepexpr evaluate neutral {material.command}",
        text,
        grids(cells),
    )
    return Outcome(section, cells, {})


def fit_outcome(material: Material) -> Outcome:
    """Sharpness and β chosen on one half of the faces, reported on the other."""
    fit = fit_preset(
        material.faces,
        material.galleries,
        material.split,
        material.seed,
        material.threads,
    )
    section = Section(
        "Sharpness and β",
        f"deepexpr evaluate fit {material.command}",
        fit_text(fit),
        fit_tables(fit),
        "fit.png",
    )
    return Outcome(section, (), {"fit.png": fit_chart(fit)})
