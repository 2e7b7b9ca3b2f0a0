"""The 49 landmarks of a toon as weighted vertices of its rig."""

from collections.abc import Sequence
from math import acos, pi

import numpy as np
from numpy.typing import ArrayLike

from deepexpr.characters.building.rig_source import VertexWeights
from deepexpr.characters.building.toons.kit.eyelid import Eyelid
from deepexpr.characters.building.toons.kit.sides import Side
from deepexpr.characters.building.toons.kit.slit_head import SlitHead
from deepexpr.characters.building.toons.kit.toon import ToonPart, part_starts
from deepexpr.characters.building.toons.kit.vectors import FloatArray

_IMAGE_ORDER: tuple[Side, Side] = ("Right", "Left")
_BROW_SHARES = (0.06, 0.28, 0.5, 0.72, 0.94)
_CORNER_DEG, _BESIDE_PUPIL_DEG = 68.0, 22.0
_OUTER_LIP = (0.66, 0.30, 0.0, -0.30, -0.66)
_INNER_LIP = (0.42, 0.0, -0.42)


class LandmarkPicker:
    """Finds vertices of the parts of a toon by their place at rest."""

    def __init__(self, parts: Sequence[ToonPart]) -> None:
        self._parts = {part.name: part for part in parts}
        names = [part.name for part in parts]
        self._starts = dict(zip(names, part_starts(parts), strict=True))

    def nearest(self, part: str, place: ArrayLike) -> VertexWeights:
        """The vertex of a part that lies nearest to a place (3,)."""
        offsets = self._parts[part].mesh.vertices - np.asarray(place, dtype=float)
        return self._at(part, int(np.argmin((offsets**2).sum(axis=1))))

    def around(
        self, part: str, offsets: Sequence[Sequence[float]]
    ) -> list[VertexWeights]:
        """The vertices of a part nearest to offsets (3,) from its middle."""
        middle = self._parts[part].mesh.vertices.mean(axis=0)
        return [self.nearest(part, middle + np.asarray(o, float)) for o in offsets]

    def on_front(self, places: FloatArray) -> list[VertexWeights]:
        """The vertices of the head nearest to places (k, 3)."""
        return [self.nearest("head", place) for place in places]

    def brows(self, sides_of_section: int) -> list[VertexWeights]:
        """Ten points along the axes of the brows, in image order."""
        points: list[VertexWeights] = []
        for side in _IMAGE_ORDER:
            part = f"brow {side}"
            count = len(self._parts[part].mesh.vertices) // sides_of_section
            share = 1.0 / sides_of_section
            sections = [round(place * (count - 1)) for place in _BROW_SHARES]
            firsts = [self._starts[part] + n * sides_of_section for n in sections]
            rings = [
                tuple((first + corner, share) for corner in range(sides_of_section))
                for first in firsts
            ]
            points += rings[::-1] if side == "Right" else rings
        return points

    def eyes(self) -> list[VertexWeights]:
        """Twelve points on the margins of the lids, in image order."""
        points: list[VertexWeights] = []
        for side in _IMAGE_ORDER:
            upper, lower = f"upper lid {side}", f"lower lid {side}"
            points += [
                self._corner(upper, lower, -_CORNER_DEG),
                self._margin(upper, -_BESIDE_PUPIL_DEG),
                self._margin(upper, _BESIDE_PUPIL_DEG),
                self._corner(upper, lower, _CORNER_DEG),
                self._margin(lower, _BESIDE_PUPIL_DEG),
                self._margin(lower, -_BESIDE_PUPIL_DEG),
            ]
        return points

    def mouth(self, head: SlitHead) -> list[VertexWeights]:
        """Eighteen points on the outer and inner rims of the lips."""
        outer, inner = head.lip_ring, 0

        def lip(ring: int, along: float, *, upper: bool) -> VertexWeights:
            turn = acos(along) * (1 if upper else -1)
            column = round(turn / (2 * pi) * head.columns)
            return self._at("head", head.vertex_number(ring, column))

        upper_outer = [lip(outer, -along, upper=True) for along in _OUTER_LIP]
        lower_outer = [lip(outer, along, upper=False) for along in _OUTER_LIP]
        upper_inner = [lip(inner, -along, upper=True) for along in _INNER_LIP]
        lower_inner = [lip(inner, along, upper=False) for along in _INNER_LIP]
        right, left = lip(inner, -1.0, upper=True), lip(inner, 1.0, upper=True)
        return [
            right, *upper_outer, left, *lower_outer, *upper_inner, *lower_inner
        ]  # fmt: skip

    def _at(self, part: str, vertex: int) -> VertexWeights:
        return ((self._starts[part] + vertex, 1.0),)

    def _lid(self, part: str) -> Eyelid:
        lid = self._parts[part].lid
        if lid is None:
            raise ValueError(f"part {part!r} is not an eyelid")
        return lid

    def _margin(self, part: str, across_deg: float) -> VertexWeights:
        return self._at(part, self._lid(part).margin_vertex(across_deg))

    def _corner(self, upper: str, lower: str, across_deg: float) -> VertexWeights:
        ends = [self._margin(part, across_deg)[0][0] for part in (upper, lower)]
        return tuple((vertex, 0.5) for vertex in ends)
