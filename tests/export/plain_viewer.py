"""What a glTF viewer shows, worked out with pygltflib and the specification alone."""

import numpy as np
from pygltflib import GLTF2

_TYPES = {5120: "i1", 5121: "u1", 5122: "i2", 5123: "u2", 5125: "u4", 5126: "f4"}
_SIZES = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


class PlainViewer:
    """Shows the vertices of a file at rest or at a time of its first animation."""

    def __init__(self, path):
        self.gltf = GLTF2.load(str(path))
        self.data = (
            self.gltf.binary_blob()
            if path.suffix == ".glb"
            else self.gltf.get_data_from_buffer_uri(self.gltf.buffers[0].uri)
        )

    def accessor(self, number):
        accessor = self.gltf.accessors[number]
        dtype, size = np.dtype(_TYPES[accessor.componentType]), _SIZES[accessor.type]
        values = np.zeros((accessor.count, size), dtype)
        if accessor.bufferView is not None:
            view = self.gltf.bufferViews[accessor.bufferView]
            start = (view.byteOffset or 0) + (accessor.byteOffset or 0)
            step = view.byteStride or size * dtype.itemsize
            for row in range(accessor.count):
                values[row] = np.frombuffer(self.data, dtype, size, start + row * step)
        if accessor.sparse is not None:
            sparse = accessor.sparse
            rows = self._plain(sparse.indices, _TYPES[sparse.indices.componentType])
            found = self._plain(sparse.values, dtype)
            values[rows[: sparse.count]] = found.reshape(-1, size)[: sparse.count]
        if accessor.normalized:
            values = np.maximum(values / np.iinfo(dtype).max, -1)
        return values.astype(np.float64)

    def _plain(self, part, dtype):
        view = self.gltf.bufferViews[part.bufferView]
        start = (view.byteOffset or 0) + (part.byteOffset or 0)
        stop = (view.byteOffset or 0) + view.byteLength
        return np.frombuffer(self.data[start:stop], dtype)

    def node(self, name):
        return next(n for n, node in enumerate(self.gltf.nodes) if node.name == name)

    def channels(self, seconds):
        """Values of the animated properties, linear between the keys."""
        values: dict[tuple[int, str], np.ndarray] = {}
        if not self.gltf.animations:
            return values
        animation = self.gltf.animations[0]
        for channel in animation.channels:
            sampler = animation.samplers[channel.sampler]
            times = self.accessor(sampler.input)[:, 0]
            keys = self.accessor(sampler.output).reshape(len(times), -1)
            value = [np.interp(seconds, times, column) for column in keys.T]
            values[channel.target.node, channel.target.path] = np.array(value)
        return values

    def vertices(self, name, seconds=0.0):
        """Positions of a mesh node's vertices in the scene."""
        number, moving = self.node(name), self.channels(seconds)
        node = self.gltf.nodes[number]
        mesh = self.gltf.meshes[node.mesh]
        primitive = mesh.primitives[0]
        points = self.accessor(primitive.attributes.POSITION)
        weights = moving.get((number, "weights"), mesh.weights)
        for weight, target in zip(weights, primitive.targets, strict=True):
            points = points + weight * self.accessor(target["POSITION"])
        points = np.column_stack([points, np.ones(len(points))])
        if node.skin is None:
            return (points @ self.matrix(number, moving).T)[:, :3]
        skin = self.gltf.skins[node.skin]
        binds = self.accessor(skin.inverseBindMatrices).reshape(-1, 4, 4)
        joints = [
            self.matrix(joint, moving) @ bind.T
            for joint, bind in zip(skin.joints, binds, strict=True)
        ]
        shown = np.zeros((len(points), 4))
        numbers = self.accessor(primitive.attributes.JOINTS_0).astype(int)
        shares = self.accessor(primitive.attributes.WEIGHTS_0)
        for row in range(len(points)):
            for joint, share in zip(numbers[row], shares[row], strict=True):
                shown[row] += share * (joints[joint] @ points[row])
        return shown[:, :3]

    def matrix(self, number, moving):
        node = self.gltf.nodes[number]
        x, y, z, w = moving.get((number, "rotation"), node.rotation or (0, 0, 0, 1))
        turn = np.array(
            [
                [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
            ]
        )
        local = np.eye(4)
        local[:3, :3] = turn * np.array(node.scale or (1, 1, 1))
        local[:3, 3] = moving.get((number, "translation"), node.translation or 0)
        parents = [n for n, p in enumerate(self.gltf.nodes) if number in p.children]
        return self.matrix(parents[0], moving) @ local if parents else local
