"""`deepexpr characters sheet` on a character's folder."""

from click.testing import CliRunner
from PIL import Image

from deepexpr.cli.main import cli


def test_a_sheet_shows_the_chosen_expressions_of_a_character(tiny_folder, tmp_path):
    sizes = []
    for number, chosen in enumerate([(), ("--expression", "joy")]):
        out = tmp_path / str(number)
        options = ["--character", str(tiny_folder), "--out", str(out), "--size", "48"]
        done = CliRunner().invoke(cli, ["characters", "sheet", *options, *chosen])
        assert done.exit_code == 0, done.output
        with Image.open(out / "tiny.png") as sheet:
            sizes.append(sheet.size)
    (_, height), (_, lower) = sizes
    assert lower < height
