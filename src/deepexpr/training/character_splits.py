"""Three ways to divide rendered characters, drawn from one prepared set.

`key-pose` holds out whole key poses (see `characters.held_out`), `character=<name>` a
whole character: what is tested on has no near-duplicate among what is learned from.
`frames` divides at random, as the literature on FERG-DB does, and is shown only beside
the other two.
"""

from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from deepexpr.characters.held_out import held_out_ids
from deepexpr.characters.library import load_character
from deepexpr.core.errors import DatasetError
from deepexpr.training.face_set import FaceSet

KEY_POSE, CHARACTER, FRAMES = "key-pose", "character", "frames"
RULES = (KEY_POSE, f"{CHARACTER}=<name>", FRAMES)
"""How a rule may be written."""

FRAMES_HELD_OUT = 0.2
"""Share of the renders that `frames` holds out."""


@dataclass(frozen=True, slots=True)
class CharacterSplit:
    """Renders to learn from and renders to test on.

    Attributes:
        rule: how they were divided, for example "character=mia".
        train: what may be learned from.
        test: what is measured on.
    """

    rule: str
    train: FaceSet
    test: FaceSet

    @property
    def title(self) -> str:
        """What reports call it, for example "characters, leave-character-out: mia"."""
        kind, _, name = self.rule.partition("=")
        titles = {
            KEY_POSE: "leave-key-pose-out",
            CHARACTER: f"leave-character-out: {name}",
            FRAMES: "random frame split",
        }
        return f"characters, {titles[kind]}"

    @property
    def left_out(self) -> str:
        """Name of the character that is left out; empty for other divisions."""
        kind, _, name = self.rule.partition("=")
        return name if kind == CHARACTER else ""

    @property
    def suffix(self) -> str:
        """End of an encoder's name: "" for `key-pose`, else such as "-without-mia"."""
        kind, _, name = self.rule.partition("=")
        return {KEY_POSE: "", CHARACTER: f"-without-{name}", FRAMES: "-frames"}[kind]


def split_characters(faces: FaceSet, rule: str = KEY_POSE) -> CharacterSplit:
    """Divide prepared renders.

    Under `key-pose`, training takes the renders that lie between other key poses only,
    the test those that lie between held-out ones (or neutral and one) only; renders
    between both kinds belong to neither.

    Args:
        faces: renders of all characters; their groups are `<character>/<key poses>`.
        rule: "key-pose", "character=<name>" or "frames".

    Raises:
        DatasetError: if the rule or the character is unknown, or one side is empty.
    """
    kind, _, name = rule.partition("=")
    if kind == KEY_POSE and not name:
        test, train = _key_pose_masks(faces)
    elif kind == CHARACTER and name:
        test = characters_of(faces) == _known(name, faces)
        train = ~test
    elif kind == FRAMES and not name:
        test = _random_mask(len(faces))
        train = ~test
    else:
        raise DatasetError(_unknown_rule(rule))
    if not test.any() or not train.any():
        raise DatasetError(
            f"the split {rule} leaves {int(train.sum())} renders to learn from and "
            f"{int(test.sum())} to test on; prepare more renders or more characters"
        )
    return CharacterSplit(rule, faces.subset(train), faces.subset(test))


def characters_of(faces: FaceSet) -> NDArray[np.str_]:
    """(N,) name of the character on each render."""
    return np.array([group.partition("/")[0] for group in faces.group], dtype=np.str_)


def _key_pose_masks(
    faces: FaceSet,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    names = sorted(set(characters_of(faces).tolist()))
    held_out = {name: held_out_ids(load_character(name).key_poses) for name in names}
    within, apart = np.zeros((2, len(faces)), np.bool_)
    for index, group in enumerate(faces.group):
        name, _, poses = group.partition("/")
        sources = set(poses.split(";"))
        within[index] = sources <= held_out[name]
        apart[index] = not sources & held_out[name]
    return within, apart


def _random_mask(count: int) -> NDArray[np.bool_]:
    order = np.random.default_rng(0).permutation(count)
    return order < round(count * FRAMES_HELD_OUT)


def _known(name: str, faces: FaceSet) -> str:
    names = sorted(set(characters_of(faces).tolist()))
    if name in names:
        return name
    close = get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    raise DatasetError(
        f"the prepared renders show no character called {name!r}; {hint}They show "
        f"{', '.join(names)}"
    )


def _unknown_rule(rule: str) -> str:
    close = get_close_matches(rule, RULES, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"no split is called {rule!r}; {hint}Known: {', '.join(RULES)}"
