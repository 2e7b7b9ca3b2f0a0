"""Poses of a character by id: its key poses and those of its gallery."""

import difflib
from functools import cached_property
from pathlib import Path

from deepexpr.characters.library import Character
from deepexpr.characters.pose import NEUTRAL_POSE, Pose, interpolate
from deepexpr.core.errors import CharacterError, GalleryError
from deepexpr.export.take import Frame
from deepexpr.retrieval.gallery_files import settled_folder
from deepexpr.retrieval.gallery_table import GalleryTable

STRENGTH_MARK = "@"
"""Divides an id from a strength: `joy-grin@0.5` is half way from neutral."""

STRONGEST = 2.0


class PoseLookup:
    """Finds poses of one character by their ids."""

    def __init__(self, character: Character, gallery: Path | None = None) -> None:
        """Prepare the search.

        Args:
            character: its key poses are found first.
            gallery: folder of its gallery, searched next; need not exist.
        """
        self._key_poses = {key.id: key.pose for key in character.key_poses}
        self._gallery = gallery
        self._name = character.name

    def find(self, pose_id: str) -> Pose | None:
        """Return the pose of an id, or None.

        Raises:
            GalleryError: if the gallery is damaged.
        """
        if pose_id in self._key_poses:
            return self._key_poses[pose_id]
        table = self._table
        if table is None or pose_id not in table.ids:
            return None
        row = table.pose(table.ids.index(pose_id))
        return Pose(row.weights, row.gaze, row.head, row.iris)

    def frame(self, text: str) -> Frame:
        """Return the pose that a user names, `ID` or `ID@STRENGTH`.

        Args:
            text: an id; with a strength from 0 (neutral) to 2, above 1 exaggerates.

        Raises:
            CharacterError: if there is no such pose, or the strength is no such number.
            GalleryError: if the gallery is damaged.
        """
        # An id may itself hold the mark, so the whole text is tried first.
        pose = self.find(text)
        if pose is not None:
            return Frame(text, pose)
        pose_id, mark, strength = text.rpartition(STRENGTH_MARK)
        pose = self.find(pose_id) if mark else None
        if pose is None:
            raise self._unknown(pose_id if mark else text)
        return Frame(text, interpolate(NEUTRAL_POSE, pose, _strength(text, strength)))

    @cached_property
    def _table(self) -> GalleryTable | None:
        if self._gallery is None:
            return None
        path = settled_folder(self._gallery) / "poses.csv"
        try:
            return GalleryTable(path.read_text("utf-8"), str(path))
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise GalleryError(f"{path}: cannot be read ({error})") from error

    def _unknown(self, pose_id: str) -> CharacterError:
        in_gallery = self._table.ids if self._table else ()
        known = list(dict.fromkeys((*self._key_poses, *in_gallery)))
        close = difflib.get_close_matches(pose_id, known, n=3, cutoff=0.5)
        hint = f" Close: {', '.join(close)}." if close else ""
        return CharacterError(
            f"{self._name} has no pose {pose_id!r}.{hint} It has {len(known)}; write "
            f"ID or ID{STRENGTH_MARK}STRENGTH"
        )


def _strength(text: str, number: str) -> float:
    try:
        strength = float(number)
    except ValueError:
        strength = -1.0
    if not 0.0 <= strength <= STRONGEST:
        raise CharacterError(
            f"{text!r}: the strength after {STRENGTH_MARK} is a number from 0 to "
            f"{STRONGEST:g}, not {number!r}"
        )
    return strength
