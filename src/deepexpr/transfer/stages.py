"""What a transfer asks of its stages; the built-in ones fit, others may be given."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from deepexpr.core.images import RGBImage

if TYPE_CHECKING:
    from deepexpr.expression.encoder import Encoding
    from deepexpr.faces.finder import Face


class FaceSource(Protocol):
    """Finds the faces of a picture, as `deepexpr.faces.finder.FaceFinder` does."""

    def find(self, image: RGBImage, limit: int | None = None) -> "list[Face]":
        """Return the faces of a picture, the largest first, at most `limit`."""
        ...

    def face_from_crop(self, image: RGBImage) -> "Face | None":
        """Return the face of a picture that was cropped to it, if it can be fitted."""
        ...


class FaceEncoder(Protocol):
    """Encodes faces, as `deepexpr.expression.encoder.ExpressionEncoder` does."""

    @property
    def name(self) -> str:
        """Name of the encoder."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of its network file."""
        ...

    def encode(self, faces: Sequence[RGBImage]) -> "Encoding":
        """Encode registered faces."""
        ...

    def encode_crops(
        self, crops: Sequence[RGBImage], registered: Sequence[RGBImage | None]
    ) -> "Encoding":
        """Encode face crops, as they are and registered where that could be done."""
        ...
