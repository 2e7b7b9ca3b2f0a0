"""HapFACS: the EMFACS formula of the recognised expression, all units alike.

HapFACS gives an emotion by the action units of EMFACS with one intensity. The formulas
are those of `deepexpr.core.action_units.EMFACS`; of several variants the first is
shown. The photo decides the expression and its intensity alone.

Source: Amini, Lisetti and Ruiz (2015), "HapFACS 3.0: FACS-Based Facial Expression
Generator for 3D Speaking Virtual Characters"; Friesen and Ekman (1983), "EMFACS-7".
"""

from collections.abc import Collection

from deepexpr.baselines.photo_face import PhotoFace
from deepexpr.characters.facs import Intensity, rig_weights
from deepexpr.characters.pose import Pose
from deepexpr.core.action_units import EMFACS, ActionUnit


class HapFacs:
    """Shows EMFACS formulas."""

    name = "HapFACS"

    def __init__(self, controls: Collection[str]) -> None:
        """Move a rig with the given controls."""
        self._controls = frozenset(controls)

    def units(self, face: PhotoFace) -> dict[ActionUnit, Intensity]:
        """Return the units to show; their intensity is the expression's probability."""
        probability = face.probabilities[face.expression]
        intensity = Intensity.nearest(probability)
        if face.expression not in EMFACS or intensity is None:
            return {}
        return dict.fromkeys(sorted(EMFACS[face.expression][0]), intensity)

    def pose(self, face: PhotoFace) -> Pose:
        """Return the formula as a pose; the neutral face is the rig at rest."""
        return Pose(rig_weights(self.units(face), self._controls))
