"""The library of characters: those that come with the package, and any folder."""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from deepexpr.characters.card import CARD_FILE, CharacterCard, read_card
from deepexpr.characters.key_pose_table import read_key_poses
from deepexpr.characters.model import MODEL_FILE, CharacterModel
from deepexpr.characters.pose import KeyPose
from deepexpr.core.errors import CharacterError
from deepexpr.core.files import sha256_of

KEY_POSES_FILE = "key_poses.csv"
PORTRAIT_FILE = "portrait.webp"

BUILT_IN_FOLDER = Path(__file__).parents[1] / "data" / "characters"
"""Where the characters of the package lie, one folder each."""


@dataclass(frozen=True, slots=True)
class Character:
    """A character ready for use.

    Attributes:
        folder: where its files lie.
        model: its rig; `model.card` says who made it.
        key_poses: its key poses in file order.
    """

    folder: Path
    model: CharacterModel
    key_poses: tuple[KeyPose, ...]

    @property
    def card(self) -> CharacterCard:
        """Who made it, its licence, camera and landmarks."""
        return self.model.card

    @property
    def name(self) -> str:
        """Its name, which is that of a built-in character's folder."""
        return self.model.card.name


def list_characters(folder: Path = BUILT_IN_FOLDER) -> tuple[str, ...]:
    """Return the names of the characters in a folder, in alphabetical order.

    Args:
        folder: holds one folder a character; that of the package if not given.
    """
    return tuple(sorted(card.parent.name for card in folder.glob(f"*/{CARD_FILE}")))


def character_folder(name_or_path: str | Path) -> Path:
    """Return the folder of a character.

    Args:
        name_or_path: the name of a built-in character, or the path of a folder that
            holds a character.

    Raises:
        CharacterError: if there is no such character; the message lists the known
            names.
    """
    names = list_characters()
    if str(name_or_path) in names:
        return BUILT_IN_FOLDER / str(name_or_path)
    folder = Path(name_or_path)
    if (folder / CARD_FILE).is_file():
        return folder
    near = get_close_matches(str(name_or_path), names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    known = ", ".join(names) or "none are installed"
    raise CharacterError(
        f"no character is called {str(name_or_path)!r}, and no folder of that name "
        f"holds a {CARD_FILE}.{hint} Known: {known}."
    )


def load_character(name_or_path: str | Path) -> Character:
    """Load a character, every file that its card lists checked against its digest.

    The key pose table has none: it is edited by hand.

    Args:
        name_or_path: as for `character_folder`.

    Raises:
        CharacterError: if there is no such character, or one of its files is missing,
            damaged or not the one that its card describes.
    """
    folder = character_folder(name_or_path)
    check_files(folder, read_card(folder))
    model = CharacterModel.read(folder)
    key_poses = read_key_poses(folder / KEY_POSES_FILE)
    known = set(model.controls)
    for key_pose in key_poses:
        strangers = sorted(set(key_pose.pose.weights) - known)
        if strangers:
            raise CharacterError(
                f"{folder / KEY_POSES_FILE}: key pose {key_pose.id!r} uses "
                f"{strangers}, which the rig does not have"
            )
    return Character(folder, model, key_poses)


def check_files(folder: Path, card: CharacterCard) -> None:
    """Raise unless every file that the card lists is the one that it describes.

    Raises:
        CharacterError: naming the first file that is missing or differs.
    """
    if MODEL_FILE not in card.files:
        raise CharacterError(
            f"{folder / CARD_FILE}: no digest of {MODEL_FILE} is given"
        )
    for name, digest in card.files.items():
        path = folder / name
        if not path.is_file():
            raise CharacterError(f"{path} is missing; install the character again")
        found = sha256_of(path)
        if found != digest:
            raise CharacterError(
                f"{path} is not the file that the card describes: sha256 "
                f"{found[:12]}…, the card says {digest[:12]}…. Install it again."
            )
