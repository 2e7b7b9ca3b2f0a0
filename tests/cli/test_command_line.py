import io
import json
import os
import subprocess
import sys
import time
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from deepexpr import __version__
from deepexpr.cli.main import main
from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.core.expression import EXPRESSIONS
from tests.transfer.stand_ins import (
    DrawnFaceFinder,
    drawn_photo,
    drawn_transfer,
)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty working folder with a photo of two faces, and galleries elsewhere."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    Image.fromarray(drawn_photo((100, 120), (230, 120))).save("two.png")
    Image.fromarray(drawn_photo()).save("nobody.png")
    return folder


@pytest.fixture
def run(place, capsys):
    transfer = drawn_transfer(place.parent / "galleries")

    def run_main(*arguments, transfer=transfer):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments], transfer)
        out, err = capsys.readouterr()
        return SimpleNamespace(code=ended.value.code, out=out, err=err)

    return run_main


def test_match_prints_probabilities_and_matches(run):
    done = run("match", "two.png", "--top", 2)
    assert (done.code, done.err) == (0, "")
    assert "two.png" in done.out
    assert "joy       88.0%  █████████████████████" in done.out
    assert "  gus  joy-" in done.out
    assert "  mia  joy-" in done.out


def test_recognise_prints_probabilities_alone(run):
    done = run("recognise", "two.png")
    assert (done.code, done.err) == (0, "")
    assert "joy       88.0%" in done.out
    assert "mia" not in done.out


def test_the_json_of_match_is_as_documented(run, place):
    done = run("match", "two.png", "--json", "out/all.json", "--top", 2)
    assert done.code == 0
    (photo,) = json.loads((place / "out/all.json").read_text("utf-8"))
    assert list(photo) == ["photo", "error", "faces"]
    assert photo["photo"] == "two.png"
    assert photo["error"] is None
    (face,) = photo["faces"]
    assert set(face) == {"box", "landmarks", "probabilities", "notes", "matches"}
    assert face["box"] == [40, 60, 120, 120]
    assert np.shape(face["landmarks"]) == (49, 2)
    assert list(face["probabilities"]) == list(EXPRESSIONS)
    assert list(face["matches"]) == ["gus", "mia"]
    best, second = face["matches"]["mia"]
    assert set(best) == {
        "pose", "label", "distance", "divergence", "geometry", "weights",
    }  # fmt: skip
    assert best["distance"] <= second["distance"]
    assert list(best["weights"]) == list(ARKIT_BLENDSHAPES)


def test_the_json_of_recognise_has_no_matches_and_features_on_request(run):
    done = run("recognise", "two.png", "--json", "-", "--features", "--all-faces")
    (photo,) = json.loads(done.out)
    first, second = photo["faces"]
    assert set(first) == {"box", "landmarks", "probabilities", "notes", "features"}
    assert len(first["features"]) == 32
    assert first["box"][2] > second["box"][2]


def test_json_on_standard_output_stands_alone(run):
    done = run("match", "two.png", "--json", "-", "--character", "mia")
    (photo,) = json.loads(done.out)
    assert list(photo["faces"][0]["matches"]) == ["mia"]


def test_a_bad_photo_does_not_stop_the_rest(run, place):
    (place / "notes.txt").write_text("no picture")
    done = run(
        "match", "notes.txt", "nobody.png", "two.png", "missing.jpg", "--json", "a.json"
    )
    assert done.code == 2
    lines = done.err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("deepexpr: ") for line in lines)
    photos = json.loads((place / "a.json").read_text())
    assert [bool(photo["error"]) for photo in photos] == [True, True, False, True]
    assert [len(photo["faces"]) for photo in photos] == [0, 0, 1, 0]
    assert "two.png" in done.out


def write_cut_png(path):
    stream = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    Image.fromarray(noise).save(stream, "png")
    path.write_bytes(stream.getvalue()[:5000])


def write_huge_png(path):
    """The header of a 30,000×30,000 picture, without its pixels."""
    stream = io.BytesIO()
    Image.new("RGB", (2, 2)).save(stream, "png")
    content = stream.getvalue()
    side = (30_000).to_bytes(4, "big")

    header = b"IHDR" + side + side + content[24:29]
    path.write_bytes(
        content[:12] + header + zlib.crc32(header).to_bytes(4, "big") + content[33:]
    )


def write_one_pixel(path):
    Image.new("RGB", (1, 1)).save(path)


@pytest.mark.parametrize(
    ("write", "says"),
    [
        pytest.param(lambda path: path.write_text("hello"), "not a picture", id="text"),
        pytest.param(lambda path: path.write_bytes(b""), "not a picture", id="empty"),
        pytest.param(write_cut_png, "damaged or cut short", id="truncated"),
        pytest.param(write_huge_png, "make it smaller", id="30000x30000"),
        pytest.param(write_one_pixel, "at least 16", id="1x1"),
        pytest.param(lambda path: None, "cannot be opened", id="missing"),
        pytest.param(lambda path: path.mkdir(), "holds no pictures", id="empty folder"),
    ],
)
@pytest.mark.parametrize("command", ["match", "recognise"])
def test_every_bad_picture_gets_one_line(run, place, write, says, command):
    write(place / "bad.png")
    done = run(command, "bad.png")
    assert done.code == 2
    assert done.out == ""
    (line,) = done.err.splitlines()
    assert line.startswith("deepexpr: bad.png: ")
    assert says in line


def test_a_photo_without_a_face_says_what_to_try(run):
    done = run("match", "nobody.png")
    assert done.code == 2
    assert done.err.startswith("deepexpr: nobody.png: shows no face; use a photo")


def test_a_folder_stands_for_its_pictures(run, place):
    (place / "deep/er").mkdir(parents=True)
    photo = Image.fromarray(drawn_photo((100, 120)))
    photo.save(place / "deep/er/b.jpg", quality=100, subsampling=0)
    photo.save(place / "deep/a.png")
    done = run("recognise", "deep", "--cropped", "--json", "-")
    photos = [photo["photo"] for photo in json.loads(done.out)]
    assert photos == [
        str(Path("deep/a.png")),
        str(Path("deep/er/b.jpg")),
    ]


def test_crops_have_no_landmarks(run, place):
    Image.new("L", (48, 48), 90).save(place / "crop.png")
    done = run("recognise", "crop.png", "--cropped", "--json", "-")
    (photo,) = json.loads(done.out)
    assert photo["faces"][0]["landmarks"] is None
    assert photo["faces"][0]["box"] == [0, 0, 48, 48]


def test_an_unknown_character_is_refused_with_the_close_names(run):
    done = run("match", "two.png", "--character", "mai")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "deepexpr: no character is called 'mai'. Did you mean 'mia'? Known: gus, mia\n"
    )


def test_the_face_can_be_chosen(run):
    done = run("recognise", "two.png", "--face", 2, "--json", "-")
    (photo,) = json.loads(done.out)
    assert photo["faces"][0]["box"][0] == 180
    assert run("recognise", "two.png", "--face", 3).code == 2


def test_one_face_gives_one_sheet_of_that_name(run, place):
    done = run("match", "two.png", "--out", "sheets/ana.png")
    assert done.code == 0
    assert [path.name for path in (place / "sheets").iterdir()] == ["ana.png"]
    assert done.err.strip() == str(Path("sheets/ana.png"))
    with Image.open(place / "sheets/ana.png") as sheet:
        assert min(sheet.size) > 500


def test_several_faces_give_a_sheet_each(run, place):
    run("match", "two.png", "--all-faces", "--out", "ana.webp", "--top", 1)
    assert sorted(path.name for path in place.glob("*.webp")) == [
        "ana-two-1.webp",
        "ana-two-2.webp",
    ]


def test_a_folder_gets_a_sheet_a_photo_and_no_name_twice(run, place):
    (place / "other").mkdir()
    Image.fromarray(drawn_photo((100, 120))).save(place / "other/two.png")
    run("match", "two.png", "other/two.png", "--out", "sheets", "--top", 1)
    assert sorted(path.name for path in (place / "sheets").iterdir()) == [
        "two-2.png",
        "two.png",
    ]


def test_poses_are_written_one_a_file(run, place):
    done = run("match", "two.png", "--poses", "poses", "--top", 2)
    assert done.code == 0
    assert sorted(path.name for path in (place / "poses").iterdir()) == [
        "two-gus-1.json",
        "two-gus-2.json",
        "two-mia-1.json",
        "two-mia-2.json",
    ]
    pose = json.loads((place / "poses/two-mia-1.json").read_text())
    assert set(pose) == {
        "character", "pose", "label", "rank", "distance", "weights", "controls",
        "gaze_deg", "head_deg", "iris",
    }  # fmt: skip
    assert pose["gaze_deg"] == {"yaw": 3, "pitch": -2}


@pytest.mark.parametrize(
    ("option", "says"),
    [
        (("--json", "file/x.json"), "is a file"),
        (("--json", "."), "is a folder"),
        (("--out", "file/x.png"), "is a file"),
        (("--out", "file/folder"), "is a file"),
        (("--out", "sheet.gif"), "must end in"),
        (("--poses", "file"), "is a file"),
        (("--json", "/proc/x.json"), "cannot be written"),
        (("--out", "/proc/x.png"), "cannot be written"),
        (("--poses", "/proc/x"), "cannot be written"),
    ],
)
def test_outputs_that_cannot_be_written_give_one_line(run, place, option, says):
    (place / "file").write_text("")
    done = run("match", "two.png", *option)
    assert done.code == 2
    assert len(done.err.splitlines()) == 1
    assert says in done.err
    assert sorted(path.name for path in place.iterdir()) == [
        "file",
        "nobody.png",
        "two.png",
    ]


def test_a_damaged_gallery_gives_one_line(run, place):
    path = place.parent / "galleries/mia/features.npy"
    path.write_bytes(path.read_bytes()[:-1])
    done = run("match", "two.png")
    assert done.code == 2
    assert len(done.err.splitlines()) == 1
    assert "is not the file that gallery.json describes" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("match",),
        ("match", "two.png", "--top", "0"),
        ("match", "two.png", "--alpha", "-1"),
        ("match", "two.png", "--alpha", "0", "--beta", "0"),
        ("match", "two.png", "--alpha", "nan"),
        ("match", "two.png", "--face", "1", "--all-faces"),
        ("recognise", "two.png", "--cropped", "--all-faces"),
        ("dance",),
    ],
)
def test_wrong_usage_is_told_with_code_2(run, arguments):
    done = run(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert "Traceback" not in done.err
    assert "Error" in done.err


def test_same_label_orders_by_geometry(run):
    done = run("match", "two.png", "--same-label", "--json", "-", "--character", "gus")
    (photo,) = json.loads(done.out)
    matches = photo["faces"][0]["matches"]["gus"]
    assert [match["label"] for match in matches] == ["joy"] * 3
    geometry = [match["geometry"] for match in matches]
    assert geometry == sorted(geometry)


def test_characters_are_listed(run):
    done = run("characters")
    assert done.code == 0
    assert [line.split()[:3] for line in done.out.splitlines()] == [
        ["gus", "21", "poses"],
        ["mia", "21", "poses"],
    ]


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_explains(run, option):
    assert "Carry a person's facial expression" in run(option).out
    assert "--same-label" in run("match", option).out


def test_the_version_is_the_packages(run):
    assert run("--version").out == f"deepexpr, version {__version__}\n"


def test_an_interruption_is_quiet(run):
    class Interrupted(DrawnFaceFinder):
        def find(self, image, limit=None):
            raise KeyboardInterrupt

    transfer = drawn_transfer(Path("none"), finder=Interrupted(), characters=())
    done = run("recognise", "two.png", transfer=transfer)
    assert (done.code, done.out) == (130, "")
    assert done.err.strip() == ""


def test_an_error_of_the_system_gives_one_line(run):
    class Full(DrawnFaceFinder):
        def find(self, image, limit=None):
            raise OSError(28, "No space left on device", "/somewhere")

    transfer = drawn_transfer(Path("none"), finder=Full(), characters=())
    done = run("recognise", "two.png", transfer=transfer)
    assert (done.code, done.out) == (2, "")
    assert done.err == "deepexpr: /somewhere: No space left on device\n"


def test_notes_and_several_faces_are_told(run, place):
    finder = DrawnFaceFinder((100, 120), (230, 120), notes=("The face is small.",))
    transfer = drawn_transfer(place.parent / "other", finder=finder)
    done = run("recognise", "two.png", "--all-faces", transfer=transfer)
    lines = done.out.splitlines()
    assert lines[0] == "two.png  face 1"
    assert "two.png  face 2" in lines
    assert lines.count("  note: The face is small.") == 2


def test_a_reader_that_goes_away_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run(
        [sys.executable, "-c", "from deepexpr.cli.main import main; main(['--help'])"],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert process.returncode == 1
    assert process.stderr == b""


def test_help_loads_nothing_heavy():
    code = (
        "import sys\n"
        "from deepexpr.cli.main import main\n"
        "try:\n    main(['match', '--help'])\n"
        "except SystemExit:\n"
        "    heavy = {'numpy', 'PIL', 'onnxruntime'} & set(sys.modules)\n"
        "    sys.exit(repr(heavy) if heavy else 0)\n"
    )
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    assert time.monotonic() - started < 3
