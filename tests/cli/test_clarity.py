import csv

from click.testing import CliRunner

from deepexpr.cli.main import cli


def test_an_unknown_character_is_named_with_the_known_ones():
    answer = CliRunner().invoke(cli, ["characters", "clarity", "--character", "pup"])
    assert answer.exit_code != 0
    assert "pup" in str(answer.exception) + answer.output


def test_a_strength_of_nothing_is_refused():
    answer = CliRunner().invoke(cli, ["characters", "clarity", "--strength", "0"])
    assert answer.exit_code == 2
    assert "0<x<=1" in answer.output


def test_answers_become_a_table_and_ratings(tmp_path):
    ratings = tmp_path / "ratings.csv"
    answer = CliRunner().invoke(
        cli,
        ["characters", "clarity", "--character", "pip", "--ratings", str(ratings)],
    )
    assert answer.exit_code == 0, answer.output
    assert "100%" in answer.output
    with ratings.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({row["stimulus"] for row in rows}) == len(rows)
    assert all(row["rater"] == "deepexpr" for row in rows)
