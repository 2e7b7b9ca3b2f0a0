"""Wrinkle reliefs packed into one picture, and read back from it.

Each relief is cut to its smallest rectangle, stored as bytes and laid on shelves, one
row of rectangles above the other. A stored byte b stands for `b * scale + offset`; the
middle byte of a slope and the zero byte of a darkness are exactly 0.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from deepexpr.characters.rig_mesh import CreaseChannel, CreaseMap, Floats
from deepexpr.core.errors import CharacterError

ATLAS_WIDTH = 512
"""Width of the packed picture in cells; a wider relief widens it."""

MIDDLE_BYTE = 128
"""Byte that stands for a slope of 0."""

SMALLEST = 2e-3
"""Slopes and darkness below this are cut away around a relief."""


def cut_channel(
    name: str, drivers: Mapping[str, float], relief: Floats
) -> CreaseChannel:
    """Cut a relief that covers the whole face map to the rectangle that holds it.

    Args:
        name: the channel's name.
        drivers: control name to gain.
        relief: (rows, columns, 3) slope along x, slope along y, darkness.
    """
    filled = np.abs(relief).max(axis=2) > SMALLEST
    rows = np.flatnonzero(filled.any(axis=1))
    columns = np.flatnonzero(filled.any(axis=0))
    if not len(rows):
        rows = columns = np.zeros(1, np.int64)
    top, left = int(rows[0]), int(columns[0])
    cut = relief[top : rows[-1] + 1, left : columns[-1] + 1].astype(np.float32)
    return CreaseChannel(name, dict(drivers), top, left, cut)


def pack_creases(creases: CreaseMap) -> tuple[bytes, dict[str, Any]]:
    """Pack all reliefs into one PNG.

    Returns:
        The PNG and the table to store beside it, without the number of the image.
    """
    corners, width, height = _shelves([c.relief.shape for c in creases.channels])
    atlas = np.zeros((height, width, 3), np.uint8)
    entries: list[dict[str, Any]] = []
    for channel, (row, column) in zip(creases.channels, corners, strict=True):
        stored, scale, offset = _to_bytes(channel.relief)
        rows, columns = stored.shape[:2]
        atlas[row : row + rows, column : column + columns] = stored
        entries.append(
            {
                "name": channel.name,
                "drivers": dict(channel.drivers),
                "rectangle": [column, row, columns, rows],
                "position": [channel.column, channel.row],
                "scale": scale,
                "offset": offset,
            }
        )
    picture = BytesIO()
    Image.fromarray(atlas).save(picture, "PNG", optimize=True)
    table = {
        "rows": creases.rows,
        "columns": creases.columns,
        "strength": creases.strength,
        "channels": entries,
    }
    return picture.getvalue(), table


def unpack_creases(picture: bytes, table: Mapping[str, Any]) -> CreaseMap:
    """Read reliefs back from their picture and table.

    Raises:
        CharacterError: if the picture cannot be read or is too small for the table.
    """
    try:
        with Image.open(BytesIO(picture)) as image:
            atlas = np.asarray(image.convert("RGB"))
    except (OSError, UnidentifiedImageError) as error:
        raise CharacterError(f"the crease picture cannot be read ({error})") from error
    channels = tuple(_channel(atlas, entry) for entry in table["channels"])
    rows, columns = int(table["rows"]), int(table["columns"])
    for channel in channels:
        height, width = channel.relief.shape[:2]
        if channel.row + height > rows or channel.column + width > columns:
            raise CharacterError(f"crease {channel.name!r} reaches beyond the face map")
    return CreaseMap(rows, columns, float(table["strength"]), channels)


def _channel(atlas: NDArray[np.uint8], entry: Mapping[str, Any]) -> CreaseChannel:
    column, row, width, height = (int(number) for number in entry["rectangle"])
    stored = atlas[row : row + height, column : column + width]
    if stored.shape[:2] != (height, width):
        raise CharacterError(f"crease {entry['name']!r} reaches beyond its picture")
    scale = np.array(entry["scale"], np.float32)
    relief = stored.astype(np.float32) * scale + np.array(entry["offset"], np.float32)
    drivers = {str(name): float(gain) for name, gain in entry["drivers"].items()}
    left, bottom = (int(number) for number in entry["position"])
    return CreaseChannel(str(entry["name"]), drivers, bottom, left, relief)


def _to_bytes(
    relief: Floats,
) -> tuple[NDArray[np.uint8], list[float], list[float]]:
    slopes, darkness = relief[..., :2], relief[..., 2]
    steepest = np.abs(slopes).max(axis=(0, 1)) / (MIDDLE_BYTE - 1)
    darkest = max(float(darkness.max()) / 255, 0.0)
    scale = [float(max(step, 1e-9)) for step in (*steepest, darkest)]
    offset = [-MIDDLE_BYTE * scale[0], -MIDDLE_BYTE * scale[1], 0.0]
    levels = np.rint((relief - np.array(offset)) / np.array(scale))
    return np.clip(levels, 0, 255).astype(np.uint8), scale, offset


def _shelves(
    shapes: Sequence[tuple[int, ...]],
) -> tuple[list[tuple[int, int]], int, int]:
    width = max([ATLAS_WIDTH, *(shape[1] for shape in shapes)])
    corners = [(0, 0)] * len(shapes)
    row, column, shelf = 0, 0, 0
    for number in sorted(range(len(shapes)), key=lambda n: -shapes[n][0]):
        rows, columns = shapes[number][:2]
        if column + columns > width:
            row, column, shelf = row + shelf, 0, 0
        corners[number] = (row, column)
        column, shelf = column + columns, max(shelf, rows)
    return corners, width, max(row + shelf, 1)
