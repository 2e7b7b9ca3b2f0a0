from dataclasses import dataclass, field

import pytest

from deepexpr.core.errors import SettingError
from deepexpr.training.settings import claim_folder, configured, names_of


@dataclass(frozen=True)
class Views:
    blur: float = 0.5


@dataclass(frozen=True)
class Recipe:
    steps: int = 10
    rate: float = 0.1
    half: bool = False
    name: str = "little"
    layers: tuple[int, ...] = (1, 2)
    views: Views = field(default_factory=Views)


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("stepps=3", "no setting is called 'stepps'; did you mean 'steps'"),
        ("views.blr=1", "did you mean 'views.blur'"),
        ("views=1", "no setting is called 'views'"),
        ("steps=1.5", r"--set steps is 1.5; expected a value like 10 \(int\)"),
        ("steps=true", "--set steps is True; expected a value like 10"),
        ("half=1", "--set half is 1"),
        ("steps", "expected NAME=VALUE"),
    ],
)
def test_a_wrong_assignment_says_what_is_expected(assignment, message):
    with pytest.raises(SettingError, match=message):
        configured(Recipe(), assignments=[assignment])


@pytest.mark.parametrize("content", [None, b"steps = ", b"\xff"])
def test_a_file_that_is_no_toml_is_refused(tmp_path, content):
    path = tmp_path / "recipe.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingError, match="cannot be read as TOML"):
        configured(Recipe(), path)


def test_an_unknown_key_of_a_file_is_refused_with_its_name(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text("[views]\nblurr = 0.1\n", encoding="utf-8")
    with pytest.raises(SettingError, match=r"recipe.toml: .*did you mean 'views.blur'"):
        configured(Recipe(), path)


def test_the_command_line_comes_after_the_file(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text("steps = 3\nrate = 1\n[views]\nblur = 0.1\n", encoding="utf-8")
    found = configured(Recipe(), path, ["steps=4", "name=big", "layers=[3]"])
    assert found == Recipe(4, 1.0, False, "big", (3,), Views(0.1))


def test_settings_are_named_by_their_path():
    assert names_of(Recipe())[-2:] == ("layers", "views.blur")


def test_a_folder_goes_on_with_the_settings_it_was_begun_with(tmp_path):
    claim_folder(tmp_path, {"recipe": Recipe(), "split": "frames"})
    claim_folder(tmp_path, {"recipe": Recipe(), "split": "frames"})
    with pytest.raises(SettingError, match=r"begun with recipe.steps = 10, not 11"):
        claim_folder(tmp_path, {"recipe": Recipe(steps=11), "split": "frames"})
