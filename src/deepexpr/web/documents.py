"""What the page is told, as JSON objects; `openapi` describes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from deepexpr.characters.card import CharacterCard
from deepexpr.characters.library import PORTRAIT_FILE
from deepexpr.characters.model import MODEL_FILE
from deepexpr.characters.pose import KeyPose
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.export.document import photo_document
from deepexpr.export.json_poses import pose_entries
from deepexpr.retrieval.gallery import Gallery
from deepexpr.transfer import CharacterMatch, TransferResult
from deepexpr.transfer.result import rig_pose
from deepexpr.web.studio import Studio

CLEAREST_PICTURES = 18
"""Pictures an expression that stand for key poses where there is no rig."""

Matches = Mapping[str, Sequence[CharacterMatch]]


def photo_answer(result: TransferResult, matches: Mapping[int, Matches]) -> Any:
    """Return a photo's faces.

    Args:
        result: the faces.
        matches: number of a face (0 is the largest) to its matches.
    """
    height, width = result.image.shape[:2]
    faces = photo_document(result, with_features=True, with_matches=False)["faces"]
    for number, (face, found) in enumerate(zip(faces, result.faces, strict=True)):
        geometry = found.geometry
        face["geometry"] = None if geometry is None else geometry.round(6).tolist()
        face["expression"] = str(found.expression)
        given = matches.get(number)
        face["matches"] = None if given is None else match_entries(given)
    return {"width": width, "height": height, "faces": faces}


def match_entries(matches: Matches) -> dict[str, list[dict[str, Any]]]:
    """Return the matches of each character."""
    return {
        name: [match_entry(name, match) for match in found]
        for name, found in matches.items()
    }


def match_entry(name: str, match: CharacterMatch) -> dict[str, Any]:
    """Return one match with all that poses the rig, and where its picture is."""
    found = match.match
    return {
        "pose": found.pose_id,
        "label": str(found.label),
        "rank": found.rank,
        "distance": round(found.distance, 6),
        "divergence": round(found.divergence, 6),
        "geometry": round(found.geometry, 6),
        "picture": picture_address(name, found.index),
        **pose_entries(match.rig_pose),
    }


def picture_address(name: str, index: int) -> str:
    """Return where the picture of a gallery's row is."""
    return f"/api/characters/{name}/pictures/{index}.webp"


def character_entry(studio: Studio, name: str) -> dict[str, Any]:
    """Return what the page shows of a character."""
    card = studio.card(name)
    answers = studio.answers(name)
    count = studio.transfer.library.pose_count(name) if answers else 0
    entry: dict[str, Any] = {"name": name, "answers": answers, "poses": count}
    if card is None:
        return {
            **entry,
            "title": name.capitalize(),
            "description": "",
            "author": "",
            "licence": "",
            "model": None,
            "portrait": None,
            "camera": None,
            "head": None,
        }
    return {**entry, **_rig_entries(name, card)}


def key_pose_entry(
    name: str, key_pose: KeyPose, gallery: Gallery | None
) -> dict[str, Any]:
    """Return a key pose with all that poses the rig, and how clear it is.

    Args:
        name: whose key pose.
        key_pose: the key pose.
        gallery: the character's gallery, where the pose may have been read; or None.
    """
    votes = key_pose.votes
    row = _row(gallery, key_pose.id)
    seen = {"picture": None, "clarity": None}
    if gallery is not None and row is not None:
        seen = _seen(name, gallery, row)
    return {
        "pose": key_pose.id,
        "label": str(key_pose.label),
        "votes": None if votes is None else list(votes),
        **seen,
        **pose_entries(key_pose.pose),
    }


def clearest_entries(name: str, gallery: Gallery) -> list[dict[str, Any]]:
    """Return the clearest pictures of a character without a rig, by expression."""
    entries: list[dict[str, Any]] = []
    for number, expression in enumerate(EXPRESSIONS):
        rows = [
            row for row, own in enumerate(gallery.table.labels) if own is expression
        ]
        shares = gallery.probabilities[:, number]
        rows.sort(key=lambda row: -float(shares[row]))
        for row in rows[:CLEAREST_PICTURES]:
            pose = gallery.pose(row)
            entries.append(
                {
                    "pose": pose.id,
                    "label": str(expression),
                    "votes": None,
                    **_seen(name, gallery, row),
                    **pose_entries(rig_pose(pose)),
                }
            )
    return entries


def _row(gallery: Gallery | None, pose: str) -> int | None:
    if gallery is None or pose not in gallery.table.ids:
        return None
    return gallery.table.ids.index(pose)


def _seen(name: str, gallery: Gallery, row: int) -> dict[str, Any]:
    """Where a row's picture is and how probable the encoder finds its label."""
    number = EXPRESSIONS.index(gallery.table.labels[row])
    return {
        "picture": picture_address(name, row) if gallery.card.has_pictures else None,
        "clarity": round(float(gallery.probabilities[row, number]), 4),
    }


def _rig_entries(name: str, card: CharacterCard) -> dict[str, Any]:
    return {
        "title": card.title,
        "description": card.description,
        "author": card.author,
        "licence": card.licence,
        "model": _address(name, MODEL_FILE, card),
        "portrait": (
            _address(name, PORTRAIT_FILE, card) if PORTRAIT_FILE in card.files else None
        ),
        "camera": {
            "target": list(card.camera.target),
            "distance": card.camera.distance,
            "field_of_view_deg": card.camera.field_of_view_deg,
        },
        "head": {
            "pivot": list(card.head.pivot),
            "face_centre": list(card.head.face_centre),
            "sway": card.head.sway,
        },
    }


def _address(name: str, file: str, card: CharacterCard) -> str:
    return f"/api/characters/{name}/{file}?v={card.files.get(file, '')[:16]}"
