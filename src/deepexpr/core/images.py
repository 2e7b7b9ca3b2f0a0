"""Reading pictures: every picture in this package is RGB uint8 (H, W, 3)."""

import io
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from deepexpr.core.errors import ImageError

MAX_PIXELS = 100_000_000
MIN_SIDE_PX = 16
IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})

RGBImage = NDArray[np.uint8]
"""(H, W, 3) uint8, red-green-blue, top row first."""


def read_image(source: Path | bytes, name: str | None = None) -> RGBImage:
    """Read a picture upright, as its EXIF orientation says, without transparency.

    Args:
        source: a file, or the encoded bytes of one.
        name: what to call the picture in error messages; the path if not given.

    Returns:
        (H, W, 3) uint8 RGB; transparent pixels are laid over white.

    Raises:
        ImageError: if it is no picture, is damaged, or its size is out of range.
    """
    label = name or (str(source) if isinstance(source, Path) else "the picture")
    try:
        stream = io.BytesIO(
            source if isinstance(source, bytes) else source.read_bytes()
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ImageError(
            f"{label}: cannot be opened ({reason}); check the path and its permissions"
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(stream)
            _check_size(label, picture.size)
            upright = ImageOps.exif_transpose(picture)
            return _flatten(upright)
    except Image.DecompressionBombError as error:
        raise _too_large(label) from error
    except UnidentifiedImageError as error:
        raise ImageError(
            f"{label}: is not a picture that can be read; give a JPEG, PNG, WebP, BMP "
            "or TIFF file"
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ImageError(
            f"{label}: is damaged or cut short ({error}); save or download it again"
        ) from error


def list_images(folder: Path) -> list[Path]:
    """Pictures in a folder and below it, sorted by path.

    Raises:
        ImageError: if there are none.
    """
    found = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in IMAGE_SUFFIXES
        and path.is_file()
        and not path.name.startswith(".")
    )
    if not found:
        kinds = ", ".join(sorted(IMAGE_SUFFIXES))
        raise ImageError(
            f"{folder}: holds no pictures; expected files ending in {kinds}"
        )
    return found


def to_grey(image: RGBImage) -> NDArray[np.float32]:
    """Luma of a picture (ITU-R BT.601), (H, W) float32 in [0, 255]."""
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    return (image.astype(np.float32) @ weights).astype(np.float32)


def _flatten(picture: Image.Image) -> RGBImage:
    if "A" in picture.getbands() or "transparency" in picture.info:
        over = picture.convert("RGBA")
        white = Image.new("RGBA", over.size, "white")
        picture = Image.alpha_composite(white, over)
    elif picture.mode.startswith("I"):
        wide = np.asarray(picture, dtype=np.float64)
        scale = 255 / 65535 if wide.max(initial=0) > 255 else 1
        picture = Image.fromarray((wide * scale).clip(0, 255).astype(np.uint8))
    return np.array(picture.convert("RGB"), dtype=np.uint8)


def _check_size(label: str, size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise _too_large(label, size)
    if min(size) < MIN_SIDE_PX:
        raise ImageError(
            f"{label}: is {width}×{height} pixels; a face needs at least "
            f"{MIN_SIDE_PX} pixels on each side"
        )


def _too_large(label: str, size: tuple[int, int] | None = None) -> ImageError:
    extent = f"{size[0]}×{size[1]} pixels" if size else "far too many pixels"
    return ImageError(
        f"{label}: is {extent}; at most {MAX_PIXELS // 1_000_000} megapixels are read, "
        "make it smaller first"
    )
