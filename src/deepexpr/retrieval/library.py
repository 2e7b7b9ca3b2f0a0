"""The galleries on this machine, by the name of their character."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from deepexpr.core.errors import CharacterError, GalleryError
from deepexpr.retrieval.gallery import Gallery
from deepexpr.retrieval.gallery_files import CARD_NAME, read_card, settled_folder

BUILT_IN_GALLERIES = Path(__file__).parents[1] / "data" / "galleries"
"""The folder of the galleries that come with the package."""


class GalleryLibrary:
    """Galleries of one folder or more; each is opened when it is first asked for.

    Attributes:
        root: the first folder whose subfolders are galleries.
        names: names of the characters, sorted.
    """

    def __init__(
        self, root: Path = BUILT_IN_GALLERIES, also: Sequence[Path] = ()
    ) -> None:
        """List the galleries of folders; there may be none.

        Args:
            root: a folder of galleries.
            also: further folders; a name that an earlier folder has is passed over.
        """
        self.root = root
        self._places: dict[str, Path] = {}
        for folder in (root, *also):
            for path in folder.glob(f"*/{CARD_NAME}"):
                if not path.parent.name.startswith("."):
                    self._places.setdefault(path.parent.name, path.parent)
        self.names = tuple(sorted(self._places))
        self._open: dict[str, Gallery] = {}

    def resolve(self, names: Sequence[str] | None) -> tuple[str, ...]:
        """Return the characters meant, each once; None means all.

        Names are compared without regard to case.

        Raises:
            CharacterError: if a name is unknown, with the names that come close.
            GalleryError: if there are no galleries at all.
        """
        if not self.names:
            raise GalleryError(
                f"{self.root}: holds no galleries; install deepexpr again, or name a "
                "folder of galleries"
            )
        if names is None:
            return self.names
        known = {name.casefold(): name for name in self.names}
        for name in names:
            if name.casefold() not in known:
                raise self._unknown(name)
        return tuple(dict.fromkeys(known[name.casefold()] for name in names))

    def gallery(self, name: str) -> Gallery:
        """Open the gallery of one character.

        Raises:
            CharacterError: if the name is unknown.
            GalleryError: if the gallery is damaged.
        """
        (resolved,) = self.resolve([name])
        if resolved not in self._open:
            self._open[resolved] = Gallery.load(self._places[resolved])
        return self._open[resolved]

    def pose_count(self, name: str) -> int:
        """Number of poses in a gallery, without opening it.

        Raises:
            CharacterError: if the name is unknown.
            GalleryError: if its card is damaged.
        """
        (resolved,) = self.resolve([name])
        return read_card(settled_folder(self._places[resolved])).count

    def _unknown(self, name: str) -> CharacterError:
        close = difflib.get_close_matches(name.casefold(), self.names, n=2, cutoff=0.5)
        hint = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
        return CharacterError(
            f"no character is called {name!r}.{hint} Known: {', '.join(self.names)}"
        )
