import numpy as np
import pytest

from deepexpr.core.blendshapes import ARKIT_BLENDSHAPES
from deepexpr.faces.blendshapes import MESH_INDICES, BlendshapeNetwork
from deepexpr.faces.mesh import FaceMesh


@pytest.fixture(scope="module")
def network() -> BlendshapeNetwork:
    return BlendshapeNetwork.load()


def test_the_network_reads_146_different_points_in_rising_order():
    assert len(MESH_INDICES) == 146
    assert sorted(set(MESH_INDICES)) == list(MESH_INDICES)


def test_the_smiling_astronaut_smiles_with_open_eyes(network, astronaut_face):
    found = network.estimate(astronaut_face.mesh)
    coefficients = dict(zip(ARKIT_BLENDSHAPES, found, strict=True))
    assert found.shape == (52,)
    assert found.min() >= 0
    assert found.max() <= 1
    assert min(coefficients["mouthSmileLeft"], coefficients["mouthSmileRight"]) > 0.5
    assert max(coefficients["eyeBlinkLeft"], coefficients["mouthFrownLeft"]) < 0.3
    assert coefficients["tongueOut"] == 0


def test_size_and_place_hardly_matter(network, astronaut_face):
    mesh = astronaut_face.mesh
    moved = FaceMesh(mesh.points * 2.5 + (100, 40, 0), mesh.presence)
    np.testing.assert_allclose(
        network.estimate(moved), network.estimate(mesh), atol=1e-3
    )
