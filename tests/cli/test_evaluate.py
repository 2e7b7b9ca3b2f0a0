import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from deepexpr.cli.main import main
from tests.evaluation.drawn_galleries import mia_database
from tests.transfer.stand_ins import drawn_photo, drawn_transfer

PHOTO = Path(__file__).parents[2] / "examples/photos/rendered_surprise.jpg"
RANKINGS = """test,query,candidate,rater,rank
t1,ann.png,mia/joy-3,expert,1
t1,ann.png,mia/anger-0,expert,2
t1,ann.png,mia/joy-3,r1,1
t1,ann.png,mia/anger-0,r1,2
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    transfer = drawn_transfer(tmp_path / "galleries")
    Image.fromarray(drawn_photo((100, 120))).save("ann.png")

    def run_main(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments], transfer)
        out, err = capsys.readouterr()
        return SimpleNamespace(code=ended.value.code, out=out, err=err)

    return run_main


def test_a_folder_without_the_data_set_is_named(run):
    done = run("evaluate", "retrieval", "--data", "nowhere")
    assert done.code == 2
    assert "nowhere" in done.err


def test_retrieval_of_a_data_set_of_ones_own_is_printed_and_kept(run, tmp_path):
    mia_database(tmp_path / "mine")
    done = run(
        "evaluate", "retrieval", "--dataset", "characters", "--data", "mine",
        "--split", "all", "--workers", 1, "--out", "out",
    )  # fmt: skip
    assert done.code == 0
    assert "Queries: 3 faces of characters" in done.out
    assert "| DeepExpr, paper" in done.out
    assert "`deepexpr evaluate retrieval --data mine --dataset characters" in done.out
    assert (tmp_path / "out/retrieval.csv").is_file()
    assert (tmp_path / "out/predictions/characters.npz").is_file()


def test_three_faces_are_too_few_to_fit_on(run, tmp_path):
    mia_database(tmp_path / "mine")
    options = ("--dataset", "characters", "--data", "mine", "--split", "all")
    done = run("evaluate", "fit", *options, "--workers", 1)
    assert done.code == 2
    assert "too few" in done.err


def test_robustness_is_printed_and_written_as_json_and_as_a_page(run, tmp_path):
    for number, label in enumerate(("joy", "anger", "fear")):
        path = tmp_path / "mine" / label / "1.png"
        path.parent.mkdir(parents=True)
        Image.effect_noise((48, 48), 40 + number).save(path)
    options = ("--dataset", "labelled", "--data", "mine", "--split", "all")
    done = run(
        "evaluate", "robustness", *options, "--workers", 1, "--out", "found.json",
        "--docs", "docs", "--example", PHOTO,
    )  # fmt: skip
    assert done.code == 0
    assert "3 faces of labelled whose raters agree" in done.out
    assert "| covered, half the face " in done.out
    found = json.loads((tmp_path / "found.json").read_text("utf-8"))
    assert found["changes"][-1]["kind"] == "mirrored"
    assert found["changes"][-1]["largest_shift"] < 1e-4
    page = (tmp_path / "docs/robustness.md").read_text("utf-8")
    assert "`deepexpr evaluate robustness --data mine --dataset labelled" in page
    assert (tmp_path / "docs/images/robustness.png").is_file()


def test_an_example_without_a_page_is_refused(run):
    done = run("evaluate", "robustness", "--data", "mine", "--example", "ann.png")
    assert done.code == 2
    assert "--docs" in done.err


def test_rankings_are_printed_beside_the_papers_and_drawn(run, tmp_path):
    (tmp_path / "rankings.csv").write_text(RANKINGS, "utf-8")
    done = run(
        "evaluate", "rankings", "rankings.csv", "--photos", ".", "--fit", "--chart",
        "chart.png",
    )  # fmt: skip
    assert done.code == 0
    assert "0.793 ± 0.356" in done.out
    assert "expert same first" in done.out
    assert "| 0.05 | 1.000 | 1.000 |" in done.out
    assert (tmp_path / "chart.png").is_file()


def test_ratings_are_printed_in_the_layout_of_table_2(run, tmp_path):
    (tmp_path / "ratings.csv").write_text(
        "stimulus,rater,label,second,strength\ns1,r1,joy,,\ns1,r2,fear,,\n", "utf-8"
    )
    (tmp_path / "stimuli.csv").write_text(
        "stimulus,system,expression\ns1,deepexpr,joy\n", "utf-8"
    )
    done = run("evaluate", "ratings", "ratings.csv", "--stimuli", "stimuli.csv")
    assert done.code == 0
    assert "50.0 %" in done.out
    assert "κ: -1.000" in done.out
