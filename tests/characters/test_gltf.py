import struct

import numpy as np
import pytest

from deepexpr.characters.gltf import GLB, denormalised, parse_glb, read_glb
from deepexpr.characters.gltf_builder import GLBBuilder, glb_bytes
from deepexpr.characters.gltf_nodes import (
    local_matrix,
    matrix_quaternion,
    node_matrices,
    quaternion_matrix,
)
from deepexpr.core.errors import CharacterError

HALF = 0.5**0.5


def finished(builder: GLBBuilder) -> GLB:
    """The GLB as it is after a way through bytes."""
    return parse_glb(glb_bytes(builder.finish({"asset": {"version": "2.0"}})))


def test_a_file_is_magic_version_length_and_two_aligned_chunks():
    data = glb_bytes(GLB({"a": "é"}, b"12345"))
    assert data[:4] == b"glTF"
    assert struct.unpack_from("<II", data, 4) == (2, len(data))
    assert struct.unpack_from("<I4s", data, 12) == (12, b"JSON")
    assert data[20:32] == '{"a":"é"}  '.encode()
    assert struct.unpack_from("<I4s", data, 32) == (8, b"BIN\0")
    assert data[40:] == b"12345\0\0\0"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a binary glTF"),
        (b"PNG" * 20, "not a binary glTF"),
        (struct.pack("<III", 0x46546C67, 1, 20) + bytes(8), "version 1"),
        (glb_bytes(GLB({}, b"1234"))[:-2], "cut off"),
        (struct.pack("<IIIII", 0x46546C67, 2, 24, 100, 0) + bytes(4), "chunk"),
        (struct.pack("<IIIII", 0x46546C67, 2, 20, 0, 0x004E4942), "JSON"),
    ],
    ids=["empty", "png", "version", "cut", "chunk", "no-json"],
)
def test_what_is_no_whole_glb_is_refused(data, message):
    with pytest.raises(CharacterError, match=message):
        parse_glb(data)


def test_an_error_names_the_file(tmp_path):
    (tmp_path / "a.glb").write_bytes(b"x")
    with pytest.raises(CharacterError, match=r"a\.glb: not a binary"):
        read_glb(tmp_path / "a.glb")
    with pytest.raises(CharacterError, match=r"b\.glb: cannot be read"):
        read_glb(tmp_path / "b.glb")


@pytest.mark.parametrize(
    "values",
    [
        np.array([[1.5, -2, 3], [4, 5, 6]], np.float32),
        np.array([[1, 2], [3, 4]], np.uint16),
        np.array([[1, -2, 3], [4, 5, -6]], np.int8),
    ],
    ids=["float", "uint16", "padded-int8"],
)
def test_attributes_read_back_as_written(values):
    builder = GLBBuilder()
    builder.view(b"odd")
    number = builder.attribute(values, bounds=True)
    read = finished(builder).accessor(number)
    np.testing.assert_array_equal(read, values)
    assert builder.accessors[number]["min"] == values.min(axis=0).tolist()
    assert builder.views[1]["byteOffset"] % 4 == 0


def test_normalised_integers_become_fractions():
    builder = GLBBuilder()
    number = builder.attribute(np.array([[255, 0, 51, 255]], np.uint8), normalised=True)
    np.testing.assert_allclose(
        finished(builder).accessor(number), [[1.0, 0.0, 0.2, 1.0]]
    )
    signed = denormalised(np.array([-128, -127, 0, 127], np.int8))
    np.testing.assert_allclose(signed, [-1.0, -1.0, 0.0, 1.0])


@pytest.mark.parametrize(("count", "kind"), [(3, np.uint16), (70_000, np.uint32)])
def test_indices_are_as_small_as_they_can_be(count, kind):
    builder = GLBBuilder()
    number = builder.indices(np.array([[0, 1, 2]]), count)
    read = finished(builder).accessor(number)
    assert read.dtype == kind
    assert read.tolist() == [0, 1, 2]


def test_offsets_keep_only_what_moves():
    deltas = np.zeros((5, 3))
    deltas[3] = [0.5, -0.25, 0.0]
    deltas[4] = [1e-4, 0.0, 0.0]
    builder = GLBBuilder()
    number = builder.offsets(deltas, smallest=1e-3)
    glb = finished(builder)
    rows, values = glb.sparse_parts(number)
    assert rows.tolist() == [3]
    np.testing.assert_allclose(values, [[0.5, -0.25, 0.0]], atol=2e-5)
    np.testing.assert_allclose(glb.accessor(number)[3], deltas[3], atol=2e-5)
    assert not glb.accessor(number)[[0, 1, 2, 4]].any()


def test_long_offsets_are_stored_as_floats():
    deltas = np.array([[0.0, 0.0, 0.0], [0.0, 3.0, 0.0]])
    builder = GLBBuilder()
    number = builder.offsets(deltas, smallest=0.0)
    np.testing.assert_array_equal(finished(builder).accessor(number), deltas)


def test_a_target_that_moves_nothing_is_still_a_valid_accessor():
    builder = GLBBuilder()
    number = builder.offsets(np.zeros((4, 3)), smallest=0.0)
    assert builder.steps(np.zeros((4, 3), np.int64)) == number
    rows, _ = finished(builder).sparse_parts(number)
    assert len(rows) == 0
    assert not finished(builder).accessor(number).any()


@pytest.mark.parametrize(("largest", "kind"), [(127, 5120), (-128, 5122), (128, 5122)])
def test_offsets_in_steps_take_bytes_where_all_fit(largest, kind):
    builder = GLBBuilder()
    deltas = np.array([[0, 0, 0], [largest, 1, -1]])
    number = builder.steps(deltas)
    glb = finished(builder)
    assert glb.document["accessors"][number]["componentType"] == kind
    assert glb.accessor(number).tolist() == deltas.tolist()


def test_targets_share_their_views():
    builder = GLBBuilder()
    deltas = [np.array([[0, 0, 0], [size, 0, 0]]) for size in (1, 300, 2)]
    numbers = [builder.steps(each) for each in deltas]
    glb = finished(builder)
    assert len(glb.document["bufferViews"]) == 2
    for number, each in zip(numbers, deltas, strict=True):
        assert glb.accessor(number).tolist() == each.tolist()


def test_a_dense_accessor_has_sparse_parts_too():
    builder = GLBBuilder()
    values = np.array([[0, 0, 0], [0, 2, 0]], np.float32)
    number = builder.attribute(values)
    rows, found = finished(builder).sparse_parts(number)
    assert rows.tolist() == [1]
    assert found.tolist() == [[0, 2, 0]]


@pytest.mark.parametrize(
    "damage",
    [{"count": 9}, {"byteOffset": 20}],
    ids=["too-many", "too-far"],
)
def test_an_accessor_must_lie_in_its_buffer_view(damage):
    builder = GLBBuilder()
    number = builder.attribute(np.ones((2, 3), np.float32))
    builder.accessors[number].update(damage)
    with pytest.raises(CharacterError, match="reaches beyond"):
        finished(builder).accessor(number)


def test_a_view_must_lie_in_the_buffer():
    builder = GLBBuilder()
    builder.view(b"1234")
    builder.views[0]["byteLength"] = 8
    with pytest.raises(CharacterError, match="beyond the GLB's buffer"):
        finished(builder).view(0)


def test_an_image_must_be_embedded():
    with pytest.raises(CharacterError, match="not embedded"):
        GLB({"images": [{"uri": "a.png"}]}, b"").image(0)


def test_a_quarter_turn_about_y_takes_z_to_x():
    matrix = quaternion_matrix([0.0, HALF, 0.0, HALF])
    np.testing.assert_allclose(matrix @ [0, 0, 1], [1, 0, 0], atol=1e-12)


@pytest.mark.parametrize(
    "quaternion",
    [[0, 0, 0, 1], [1, 0, 0, 0], [0, HALF, 0, HALF], [0.5, -0.5, 0.5, 0.5]],
)
def test_quaternions_survive_their_matrix(quaternion):
    found = matrix_quaternion(quaternion_matrix(quaternion))
    np.testing.assert_allclose(
        quaternion_matrix(found), quaternion_matrix(quaternion), atol=1e-12
    )


def test_a_node_scales_before_it_turns_before_it_moves():
    node = {
        "translation": [5, 0, 0],
        "rotation": [0, HALF, 0, HALF],
        "scale": [1, 1, 2],
    }
    moved = local_matrix(node) @ [0, 0, 1, 1]
    np.testing.assert_allclose(moved, [7, 0, 0, 1], atol=1e-12)


def test_a_matrix_is_stored_column_by_column():
    matrix = local_matrix({"matrix": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 7, 8, 9, 1]})
    assert matrix[:3, 3].tolist() == [7, 8, 9]


def test_children_follow_their_parents():
    nodes = [{"translation": [1, 0, 0], "children": [1]}, {"translation": [0, 2, 0]}]
    matrices = node_matrices(GLB({"nodes": nodes}, b""))
    assert matrices[1][:3, 3].tolist() == [1, 2, 0]


def test_a_loop_of_nodes_is_refused():
    nodes = [{"children": [1]}, {"children": [0]}]
    with pytest.raises(CharacterError, match="own ancestor"):
        node_matrices(GLB({"nodes": nodes}, b""))
