"""Wrinkles of a pose: all relief channels, pressed by the controls, in one map."""

from collections.abc import Mapping

import numpy as np

from deepexpr.characters.rig_mesh import CreaseChannel, CreaseMap, Floats

DEEPEST = 1.25
"""Largest amplitude of a wrinkle before the rig's own strength."""

FAINTEST = 0.03
"""Wrinkles up to this amplitude are not drawn."""

NO_RELIEF: Floats = np.zeros((1, 1, 3), np.float32)


def crease_amplitude(channel: CreaseChannel, weights: Mapping[str, float]) -> float:
    """Return how deep controls press a wrinkle, in [0, `DEEPEST`].

    Σ gain · max(weight, 0) over its drivers, clamped.
    """
    total = sum(
        gain * max(weights.get(name, 0.0), 0.0)
        for name, gain in channel.drivers.items()
    )
    return min(max(total, 0.0), DEEPEST)


def relief_map(creases: CreaseMap | None, weights: Mapping[str, float]) -> Floats:
    """Return the relief of a pose.

    Args:
        creases: the rig's wrinkles.
        weights: control weights of the pose.

    Returns:
        (rows, columns, 3) slopes along x and y and darkness; `NO_RELIEF` where nothing
        is wrinkled.
    """
    if creases is None or creases.strength <= 0:
        return NO_RELIEF
    pressed = [
        (channel, amplitude)
        for channel in creases.channels
        if (amplitude := crease_amplitude(channel, weights)) > FAINTEST
    ]
    if not pressed:
        return NO_RELIEF
    relief = np.zeros((creases.rows, creases.columns, 3), np.float32)
    for channel, amplitude in pressed:
        rows, columns = channel.relief.shape[:2]
        place = relief[
            channel.row : channel.row + rows, channel.column : channel.column + columns
        ]
        place += np.float32(amplitude * creases.strength) * channel.relief
    return relief
