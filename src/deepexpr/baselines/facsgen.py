"""FACSGen: expressions as action units, each with an intensity of its own.

FACSGen lets every action unit have its own letter. The formulas here are the major
prototypes of the FACS Investigator's Guide, the letters that it leaves open are set to
C for units that it lists as strong and B for the opening of the lips and jaw; the
intensities of the FACSGen studies themselves are not published unit by unit.

Source: Roesch, Tamarit, Reveret, Grandjean, Sander and Scherer (2011), "FACSGen: A Tool
to Synthesize Emotional Facial Expressions"; Krumhuber, Tamarit, Roesch and Scherer
(2012), "FACSGen 2.0"; Ekman, Friesen and Hager (2002), "FACS Investigator's Guide".
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from deepexpr.baselines.photo_face import PhotoFace
from deepexpr.characters.facs import Intensity, rig_weights
from deepexpr.characters.pose import Pose
from deepexpr.core.action_units import ActionUnit
from deepexpr.core.expression import Expression


def _formula(text: str) -> dict[ActionUnit, Intensity]:
    """Read a formula such as "6C+12D"."""
    return {ActionUnit(int(term[:-1])): Intensity[term[-1]] for term in text.split("+")}


FORMULAS: Mapping[Expression, Mapping[ActionUnit, Intensity]] = MappingProxyType(
    {
        Expression.ANGER: _formula("4C+5C+7C+10C+23C+25B+26B"),
        Expression.DISGUST: _formula("9C+15C+16C+26B"),
        Expression.FEAR: _formula("1C+2C+4C+5C+20C+25B"),
        Expression.JOY: _formula("6C+12D"),
        Expression.SADNESS: _formula("1C+4C+11C+15B"),
        Expression.SURPRISE: _formula("1C+2C+5B+26C"),
    }
)
"""Action units and intensities that show each expression; neutral has none."""


class FacsGen:
    """Shows formulas with intensities."""

    name = "FACSGen"

    def __init__(self, controls: Collection[str]) -> None:
        """Move a rig with the given controls."""
        self._controls = frozenset(controls)

    def pose(self, face: PhotoFace) -> Pose:
        """Return the recognised expression's formula as a pose."""
        units = FORMULAS.get(face.expression, {})
        return Pose(rig_weights(units, self._controls))
