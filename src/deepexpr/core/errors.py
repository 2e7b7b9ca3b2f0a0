"""Everything that can go wrong for a user, as one small tree.

DeepExprError
├── ImageError       a picture cannot be read, or is too small or too large
├── FaceNotFound     a picture holds no face (or not the one asked for)
├── CharacterError   a character is unknown, or its folder is damaged
├── GalleryError     a gallery is missing, damaged or of another encoder
├── WeightsError     a weight file is missing, or is not the one its card describes
├── DatasetError     a data set folder does not hold what its layout promises
├── SettingError     a setting is unknown, or its value is of the wrong kind
├── OutputError      a result cannot be written
└── ShapeError       an array has the wrong shape (also a ValueError)

Each message is one line: what was found, what was expected, what to try.
"""


class DeepExprError(Exception):
    """Base of all errors that a user can cause and mend."""


class ImageError(DeepExprError):
    """A picture cannot be read, or its size is out of range."""


class FaceNotFound(DeepExprError):  # noqa: N818  the name reads as the message does
    """A picture holds no face, or fewer faces than the one asked for."""


class CharacterError(DeepExprError):
    """A character is unknown, or its folder is damaged."""


class GalleryError(DeepExprError):
    """A gallery is missing, damaged, or was made with another encoder."""


class WeightsError(DeepExprError):
    """A weight file is missing, or is not the one that its card describes."""


class DatasetError(DeepExprError):
    """A data set folder does not hold what its published layout promises."""


class SettingError(DeepExprError):
    """A setting is unknown, or its value is of the wrong kind."""


class OutputError(DeepExprError):
    """A result cannot be written where it was asked for."""


class ShapeError(DeepExprError, ValueError):
    """An array has the wrong shape."""
