import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from deepexpr.characters.building.write_character import write_character
from deepexpr.cli.compare import Answer, compare, comparison_sheet
from deepexpr.core.errors import CharacterError, FaceNotFound, GalleryError, OutputError
from deepexpr.core.expression import Expression
from deepexpr.faces.mesh import FaceMesh
from tests.characters.tiny_rig import TinyRig
from tests.transfer.stand_ins import (
    DrawnFaceFinder,
    FixedEncoder,
    drawn_photo,
    drawn_transfer,
)


class TinyMia(TinyRig):
    name = "mia"


class MeshFaceFinder(DrawnFaceFinder):
    """Finds faces with a mesh that is spread out, as that of every real face is."""

    def _face(self, image, centre, radius):
        face = super()._face(image, centre, radius)
        points = np.random.default_rng(4).uniform(0, 2 * radius, (478, 3))
        return replace(face, mesh=FaceMesh(points, 0.9))


@pytest.fixture
def place(tmp_path):
    write_character(TinyMia(), tmp_path / "rigs" / "mia")
    Image.fromarray(drawn_photo((100, 120), (230, 120))).save(tmp_path / "two.png")
    Image.fromarray(drawn_photo()).save(tmp_path / "nobody.png")
    return tmp_path


@pytest.fixture
def run(place, capsys):
    transfer = drawn_transfer(
        place / "galleries", finder=MeshFaceFinder((100, 120), (230, 120))
    )

    def run_compare(photo, *options, out="sheet.png", transfer=transfer):
        arguments = [
            str(place / photo),
            "--character",
            str(place / "rigs" / "mia"),
            "--out",
            str(place / out),
            *map(str, options),
        ]
        compare.main(arguments, obj=transfer, standalone_mode=False)
        return capsys.readouterr()

    return run_compare


def test_the_sheet_shows_the_photo_and_eight_systems(run, place):
    printed = run("two.png")
    lines = printed.out.splitlines()
    assert len(lines) == 9
    assert lines[0].split() == ["Photo", "read", "as", "joy", "88%"]
    assert lines[1].startswith("DeepExpr ")
    assert str(place / "sheet.png") in printed.err
    with Image.open(place / "sheet.png") as sheet:
        assert sheet.width > 1000
        assert sheet.height > sheet.width


def test_another_face_can_be_asked_for(run):
    assert "Photo" in run("two.png", "--face", 2).out
    with pytest.raises(FaceNotFound, match="has no face 3; 2 found"):
        run("two.png", "--face", 3)


def test_a_photo_without_a_face_is_named(run):
    with pytest.raises(FaceNotFound, match=r"nobody\.png"):
        run("nobody.png")


def test_a_sheet_that_cannot_be_written_is_refused_before_the_work(run):
    with pytest.raises(OutputError, match="must end in"):
        run("two.png", out="sheet.txt")


def test_a_gallery_of_another_encoder_is_refused(run, place):
    other = FixedEncoder()
    other.digest = "f" * 64
    transfer = drawn_transfer(
        place / "galleries", finder=MeshFaceFinder((100, 120)), encoder=other
    )
    with pytest.raises(GalleryError, match="build the gallery again"):
        run("two.png", transfer=transfer)


def test_without_the_renderer_the_error_says_what_to_install(run, monkeypatch):
    for name in list(sys.modules):
        if name.startswith("deepexpr.characters.rendering"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(CharacterError, match=r"'numba'.*deepexpr\[render\]"):
        run("two.png")


def test_each_picture_has_its_place():
    colours = [(200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 0)]
    answers = [
        Answer(f"System {n}", np.full((8, 8, 3), colour, np.uint8), Expression.JOY, 0.5)
        for n, colour in enumerate(colours)
    ]
    sheet = comparison_sheet(answers, "Mia")
    counts = [(sheet == colour).all(axis=2).sum() for colour in colours]
    assert min(counts) > 100_000
    ys, xs = np.nonzero((sheet == colours[3]).all(axis=2))
    first_ys, first_xs = np.nonzero((sheet == colours[0]).all(axis=2))
    assert ys.min() > first_ys.max()
    assert abs(int(xs.min()) - int(first_xs.min())) < 3
