"""What the page's server works with: a transfer, the characters' folder, its limits."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepexpr.baselines.photo_face import Baseline
from deepexpr.baselines.systems import compared_systems
from deepexpr.characters.card import CharacterCard, read_card
from deepexpr.characters.library import (
    BUILT_IN_FOLDER,
    Character,
    list_characters,
    load_character,
)
from deepexpr.core.errors import CharacterError, GalleryError
from deepexpr.faces.blendshapes import BlendshapeNetwork
from deepexpr.retrieval.gallery import Gallery
from deepexpr.retrieval.presets import RetrievalPreset
from deepexpr.transfer import CharacterMatch, ExpressionTransfer
from deepexpr.transfer.directions import FaceQuery
from deepexpr.transfer.neutral import neutral_measures, query_of_character
from deepexpr.transfer.result import character_match
from deepexpr.transfer.stages import FaceSource
from deepexpr.web.limits import Limits
from deepexpr.web.tracking import FaceTracker


class Studio:
    """Answers the page's questions; knows nothing of HTTP.

    Attributes:
        transfer: finds and recognises faces, and holds the galleries.
        limits: what requests are held to.
        names: characters with a gallery or a rig, sorted.
    """

    def __init__(
        self,
        transfer: ExpressionTransfer,
        folders: Sequence[Path] = (BUILT_IN_FOLDER,),
        limits: Limits | None = None,
        tracker: Callable[[], FaceSource] = FaceTracker.load,
    ) -> None:
        """Put a studio together.

        Args:
            transfer: finds and recognises faces, and holds the galleries.
            folders: each holds one folder a rigged character.
            limits: what requests are held to.
            tracker: makes what follows the face of one webcam.
        """
        self.transfer = transfer
        self.limits = limits or Limits()
        self._new_tracker = tracker
        self._rigged = {
            name: folder / name
            for folder in reversed(folders)
            for name in list_characters(folder)
        }
        self.names = tuple(sorted({*self._rigged, *transfer.characters}))
        self._characters: dict[str, Character] = {}
        self._systems: dict[str, tuple[Baseline, ...]] = {}

    def following(self) -> ExpressionTransfer:
        """Return a transfer for the frames of one webcam.

        Raises:
            WeightsError: if a network file is missing.
        """
        transfer = self.transfer
        return ExpressionTransfer(
            transfer.library, self._new_tracker(), transfer.encoder
        )

    def answers(self, name: str) -> bool:
        """Whether a character has a gallery, so that it can answer a face."""
        return name in self.transfer.characters

    def card(self, name: str) -> CharacterCard | None:
        """Return the card of a character; None if it has a gallery but no rig.

        Raises:
            CharacterError: if the character is unknown or its card is damaged.
        """
        self._check_name(name)
        return read_card(self._rigged[name]) if name in self._rigged else None

    def folder(self, name: str) -> Path:
        """Return the folder of a rigged character.

        Raises:
            CharacterError: if it is unknown or has no rig.
        """
        self._check_name(name)
        if name not in self._rigged:
            raise CharacterError(f"{name} has pictures only, no rig that can be posed")
        return self._rigged[name]

    def character(self, name: str) -> Character:
        """Return a rigged character, read once.

        Raises:
            CharacterError: if it is unknown, has no rig, or is damaged.
        """
        if name not in self._characters:
            self._characters[name] = load_character(self.folder(name))
        return self._characters[name]

    def gallery(self, name: str) -> Gallery:
        """Return a gallery made by the encoder in use.

        Raises:
            CharacterError: if the character is unknown or has no gallery.
            GalleryError: if the gallery is damaged or of another encoder.
            WeightsError: if the encoder is missing.
        """
        self._check_name(name)
        if not self.answers(name):
            raise CharacterError(f"{name} has no gallery and cannot answer a face")
        gallery = self.transfer.library.gallery(name)
        encoder = self.transfer.encoder
        gallery.check_encoder(encoder.name, encoder.digest)
        return gallery

    def answering(self, names: Sequence[str] | None) -> tuple[str, ...]:
        """Return the characters meant, each once; None means all that can answer.

        Raises:
            CharacterError: if one is unknown or cannot answer.
            GalleryError: if none can.
        """
        if not self.transfer.characters:
            raise GalleryError("no character has a gallery; install deepexpr again")
        return self.transfer.library.resolve(names)

    def systems(self, name: str) -> tuple[Baseline, ...]:
        """Return ours and every baseline, ready for a character; made once.

        Raises:
            CharacterError: if the character is unknown, or has no rig or gallery.
            GalleryError: if the gallery is damaged or of another encoder.
        """
        if name not in self._systems:
            character = self.character(name)
            self._systems[name] = compared_systems(character, self.gallery(name))
        return self._systems[name]

    @cached_property
    def blendshapes(self) -> BlendshapeNetwork:
        """Estimates a face's ARKit coefficients, for the systems that copy them."""
        return BlendshapeNetwork.load()

    def neutral(self, name: str) -> NDArray[np.float64] | None:
        """Return the (9,) measures of a character at rest; None if none are known.

        Raises:
            CharacterError: if the character is unknown or has no gallery.
            GalleryError: if the gallery is damaged or of another encoder.
        """
        return neutral_measures(self.gallery(name))

    def ranking(
        self,
        asked: FaceQuery,
        name: str,
        top: int,
        preset: RetrievalPreset,
    ) -> tuple[CharacterMatch, ...]:
        """Return the best matches of one character, best first.

        Args:
            asked: a face, with its own measures at rest where they are known.
            name: the character that answers.
            top: how many matches.
            preset: weights of features and geometry.

        Raises:
            CharacterError: if the character is unknown or has no gallery.
            GalleryError: if the gallery is damaged or of another encoder.
            ShapeError: if the query does not fit the gallery.
            ValueError: if it holds impossible numbers.
        """
        gallery = self.gallery(name)
        query = query_of_character(asked.query, gallery, asked.neutral)
        found = gallery.search(query, top, preset)
        return tuple(
            character_match(match, gallery.pose(match.index)) for match in found.matches
        )

    def _check_name(self, name: str) -> None:
        if name not in self.names:
            known = ", ".join(self.names) or "none is installed"
            raise CharacterError(f"no character is called {name!r}. Known: {known}")
