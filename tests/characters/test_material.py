import pytest

from deepexpr.characters.material import (
    Material,
    material_from_gltf,
    material_to_gltf,
)
from deepexpr.core.errors import CharacterError

IRIS = Material(
    "eye", kind="eye", iris_angle=0.6, iris_colour=(0.1, 0.2, 0.3), double_sided=True
)


def test_a_material_reads_back_as_written():
    assert material_from_gltf(material_to_gltf(IRIS), 0) == IRIS


def test_a_material_of_another_program_is_plain():
    entry = {"pbrMetallicRoughness": {"baseColorFactor": [0.1, 0.2, 0.3, 1.0]}}
    assert material_from_gltf(entry, 4) == Material(
        "material 4", base_colour=(0.1, 0.2, 0.3), roughness=1.0
    )


def test_an_unknown_kind_is_plain():
    entry = {"name": "glass", "extras": {"deepexpr": {"kind": "glass"}}}
    assert material_from_gltf(entry, 0).kind == "plain"


@pytest.mark.parametrize("wrong", [{"rim": "bright"}, {"iris_colour": [1, 2]}])
def test_a_damaged_parameter_names_its_material(wrong):
    entry = {"name": "skin", "extras": {"deepexpr": wrong}}
    with pytest.raises(CharacterError, match="'skin' is damaged"):
        material_from_gltf(entry, 0)
