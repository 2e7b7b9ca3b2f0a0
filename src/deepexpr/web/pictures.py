"""Pictures from the browser: kind and size are known before a pixel is decoded."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

from deepexpr.core.errors import ImageError
from deepexpr.core.images import RGBImage, read_image

PHOTO_FORMATS = ("JPEG", "PNG", "WEBP")
"""Formats that both browsers and this server read."""


def decode_picture(data: bytes, most_pixels: int, label: str = "the photo") -> RGBImage:
    """Decode a picture from a stranger.

    Args:
        data: the encoded picture.
        most_pixels: largest area; told by the header.
        label: what to call it in messages.

    Returns:
        (H, W, 3) uint8 RGB, upright.

    Raises:
        ImageError: if it is no JPEG, PNG or WebP picture, is damaged, or too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=PHOTO_FORMATS) as picture:
                width, height = picture.size
    except Image.DecompressionBombError as error:
        raise _too_large(label, "far too many pixels", most_pixels) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ImageError(
            f"{label} is not a picture that can be read; give a JPEG, PNG or WebP file"
        ) from error
    if width * height > most_pixels:
        raise _too_large(label, f"{width}×{height} pixels", most_pixels)
    return read_image(data, label)


def webp(image: RGBImage) -> bytes:
    """Encode a picture as WebP."""
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "WEBP", quality=88, method=2)
    return stream.getvalue()


def _too_large(label: str, extent: str, most_pixels: int) -> ImageError:
    return ImageError(
        f"{label} is {extent}; at most {most_pixels / 1e6:g} megapixels are read, make "
        "it smaller first"
    )
