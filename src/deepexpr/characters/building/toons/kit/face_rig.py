"""The morphing face: lips, swellings and jaw of a slit head under one control."""

from collections.abc import Mapping
from dataclasses import dataclass

from deepexpr.characters.building.toons.kit.jaw import Jaw
from deepexpr.characters.building.toons.kit.mouth_table import LipMotion
from deepexpr.characters.building.toons.kit.reliefs import Relief
from deepexpr.characters.building.toons.kit.sides import split_side
from deepexpr.characters.building.toons.kit.slit_head import SlitHead
from deepexpr.characters.building.toons.kit.vectors import FloatArray


@dataclass(frozen=True, slots=True)
class FaceRig:
    """What the controls do to a head.

    Attributes:
        head: the head at rest.
        lip_motions: control name to lip motion.
        reliefs: control name without side to its swellings and folds.
        jaw: the hinged jaw, or None where jawOpen only draws the lips apart.
        freedom: (rings, columns) or 1, share of the lips' motion that the face follows.
    """

    head: SlitHead
    lip_motions: Mapping[str, LipMotion]
    reliefs: Mapping[str, Relief]
    jaw: Jaw | None = None
    freedom: FloatArray | float = 1.0

    def posed(self, control: str) -> FloatArray:
        """All vertices (n, 3) of the head with one control at weight 1."""
        head = self.head
        points, offsets = head.rest_points, head.rest_offsets
        motion = self.lip_motions.get(control)
        if motion is not None:
            spread = head.extend(motion.displacement, motion.reach_deg, motion.decay)
            points = head.surface.project(points + self._freed(spread))
        base, sign = split_side(control)
        if base in self.reliefs:
            offsets = offsets + self.reliefs[base](points, sign)
        vertices = head.assemble(points, offsets)
        if self.jaw is not None:
            vertices = vertices + self.jaw.displacement(vertices, control)
        return vertices

    def displacement_at(self, control: str, vertex: int) -> FloatArray:
        """Displacement (3,) of one vertex of the head with one control at weight 1."""
        moved: FloatArray = self.posed(control)[vertex] - self.head.vertices[vertex]
        return moved

    def _freed(self, spread: FloatArray) -> FloatArray:
        if isinstance(self.freedom, float):
            return spread * self.freedom
        return spread * self.freedom[..., None]
