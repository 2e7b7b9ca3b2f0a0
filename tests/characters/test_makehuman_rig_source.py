import numpy as np
import pytest

from deepexpr.characters.building.crease_source import CreaseChannel, CreaseSource
from deepexpr.characters.building.morph_targets import corrective_weight
from deepexpr.characters.building.rig_source import Corrective, RigPart
from deepexpr.core.errors import ShapeError


@pytest.mark.parametrize(
    ("weight", "expected"), [(0.0, 0.0), (0.5, 1.0), (1.0, 0.0), (1.4, 0.0)]
)
def test_an_inbetween_is_full_half_way(weight, expected):
    rule = Corrective("half", "inbetween", ("eyeBlinkLeft",))
    assert corrective_weight(rule, {"eyeBlinkLeft": weight}) == expected


def test_a_product_needs_both_controls_above_zero():
    rule = Corrective("both", "product", ("jawOpen", "mouthSmileLeft"))
    assert corrective_weight(rule, {"jawOpen": 0.5, "mouthSmileLeft": 0.4}) == 0.2
    assert corrective_weight(rule, {"jawOpen": -0.5, "mouthSmileLeft": -0.4}) == 0
    assert corrective_weight(rule, {"jawOpen": 0.5}) == 0


def test_correctives_of_the_wrong_number_of_controls_are_refused():
    with pytest.raises(ShapeError, match="inbetween"):
        Corrective("half", "inbetween", ("a", "b"))
    with pytest.raises(ShapeError, match="product"):
        Corrective("both", "product", ("a",))


def test_parts_refuse_triangles_beyond_their_vertices():
    with pytest.raises(ShapeError, match="reach from 0 to 3"):
        RigPart("bad", 0, 3, np.array([[0, 1, 3]]), "skin", np.zeros((3, 3)))
    with pytest.raises(ShapeError, match="colours"):
        RigPart("bad", 0, 3, np.array([[0, 1, 2]]), "skin", np.zeros((2, 3)))


def test_creases_of_different_sizes_are_refused():
    sizes = [(4, 4, 3), (4, 5, 3)]
    channels = tuple(
        CreaseChannel(f"crease {number}", np.zeros(size, np.float32), {})
        for number, size in enumerate(sizes)
    )
    with pytest.raises(ShapeError, match="share one shape"):
        CreaseSource(channels)
