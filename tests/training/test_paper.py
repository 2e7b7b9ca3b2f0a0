import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from deepexpr.cli.main import main  # noqa: E402
from deepexpr.core.expression import EXPRESSIONS  # noqa: E402
from deepexpr.expression.encoder import ExpressionEncoder  # noqa: E402
from deepexpr.networks.paper import PAPER_SHAPES, PaperNetwork  # noqa: E402
from deepexpr.training.export import export_paper_encoder  # noqa: E402
from deepexpr.training.paper import recognition_table  # noqa: E402

ASTRONAUT = Path(__file__).parents[2] / "examples" / "photos" / "astronaut.jpg"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def pictures(tmp_path):
    """Two characters whose expression is the height of a bright bar."""
    rng = np.random.default_rng(0)
    for name in ("robot", "ghost"):
        for index, expression in enumerate(EXPRESSIONS):
            for number in range(4):
                face = rng.integers(0, 60, (64, 64, 3)).astype(np.uint8)
                face[8 * index : 8 * index + 8] += 150
                path = tmp_path / "pictures" / f"{name}_{expression}" / f"{number}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(face).save(path)
    return tmp_path / "pictures"


def run(*arguments):
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return left.value.code


def tiny(pictures, out, *more):
    settings = ["network=tiny", "epochs=1", "views=1"]
    return [
        "--data",
        f"labelled={pictures}",
        "--out",
        out,
        *(part for setting in settings for part in ("--set", setting)),
        *more,
    ]


def test_the_exported_encoder_answers_like_the_network(tmp_path):
    torch.manual_seed(0)
    network = PaperNetwork(PAPER_SHAPES["tiny"]).eval()
    export_paper_encoder(network, 2.0, tmp_path, {"name": "little"})
    face = np.random.default_rng(1).integers(0, 256, (256, 256, 3)).astype(np.uint8)
    encoder = ExpressionEncoder.load(tmp_path)
    encoding = encoder.encode([face])
    crop = torch.from_numpy(face[14:241, 14:241].copy()).permute(2, 0, 1)[None].float()
    with torch.no_grad():
        features, logits = network(crop)
    wanted = torch.softmax(logits / 2, dim=1)
    assert encoding.features == pytest.approx(features.numpy(), abs=0.02)
    assert encoding.probabilities == pytest.approx(wanted.numpy(), abs=0.01)


def test_an_encoder_of_registered_faces_takes_a_crop_only_for_want_of_one(tmp_path):
    network = PaperNetwork(PAPER_SHAPES["tiny"]).eval()
    export_paper_encoder(network, 1.0, tmp_path, {"name": "little"})
    encoder = ExpressionEncoder.load(tmp_path)
    rng = np.random.default_rng(1)
    crop, face = rng.integers(0, 256, (2, 64, 64, 3)).astype(np.uint8)
    both = encoder.encode_crops([crop, crop], [face, None])
    alone = encoder.encode([face, crop])
    assert both.probabilities == pytest.approx(alone.probabilities)


def test_a_papers_encoder_answers_photos_through_its_own_galleries(tmp_path, capsys):
    network = PaperNetwork(PAPER_SHAPES["tiny"]).eval()
    export_paper_encoder(network, 1.0, tmp_path / "encoder", {"name": "little"})
    choice = ["--encoder", tmp_path / "encoder"]
    photos, galleries = tmp_path / "people", tmp_path / "galleries"
    photos.mkdir()
    shutil.copy(ASTRONAUT, photos)
    build = ["gallery", "build", photos, "--kind", "human", "--out", galleries]
    assert run(*build, *choice) == 0
    assert run("recognise", ASTRONAUT, *choice) == 0
    capsys.readouterr()
    ask = ["match", ASTRONAUT, "--json", "-", *choice]
    assert run(*ask, "--galleries", galleries) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document[0]["faces"][0]["matches"]) == ["people"]
    assert run(*ask) == 2
    assert "encoder" in capsys.readouterr().err


def test_the_table_shows_the_papers_accuracy_beside_ours():
    table = recognition_table(
        "human", {"fold-1": {"accuracy": 0.8}, "fold-2": {"accuracy": 0.9}}
    )
    assert "85.0 % ± 5.0 %" in table
    assert "published as 85.27 %; fold-1 80.00 %, fold-2 90.00 %" in table


def test_the_whole_way_from_pictures_to_an_encoder(pictures, tmp_path, capsys):
    assert run("train", "character", *tiny(pictures, tmp_path / "run")) == 0
    assert "published as 89.02 %; frames" in capsys.readouterr().out
    folder = tmp_path / "run" / "frames"
    card = json.loads((folder / "encoder" / "card.json").read_text(encoding="utf-8"))
    assert card["metrics"]["characters, frames"]["faces"] == 7
    assert card["data"] == ["labelled"]
    assert (folder / "encoder" / "confusion-characters-frames.png").is_file()
    assert list((folder / "events").iterdir())
    network = folder / "network.safetensors"
    before = network.stat().st_mtime_ns
    assert run("train", "character", *tiny(pictures, tmp_path / "run")) == 0
    assert network.stat().st_mtime_ns == before

    tuned = tiny(pictures, tmp_path / "tuned", "--human", network)
    code = run("train", "transfer", *tuned, "--split", "character=ghost")
    assert code == 0
    name = tmp_path / "tuned" / "character-ghost" / "encoder"
    assert ExpressionEncoder.load(name).name == "paper-transfer"


def test_a_misspelt_setting_is_refused_before_anything_is_done(
    pictures, tmp_path, capsys
):
    wrong = tiny(pictures, tmp_path / "run", "--set", "epoch=3")
    assert run("train", "character", *wrong) == 2
    assert "did you mean 'epochs'" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
