"""A `bpy` of plain objects: just enough of Blender to run an exported script in."""

import sys
from types import ModuleType, SimpleNamespace


class Keyed:
    """A thing whose properties can be keyed; remembers frame → value."""

    name: str

    def __init__(self, **properties):
        self.keys = {}
        self.__dict__.update(properties)

    def keyframe_insert(self, path, frame):
        self.keys.setdefault(path, {})[frame] = getattr(self, path)


class Turn(tuple[float, ...]):
    """A rest matrix that knows its quaternion."""

    __slots__ = ()

    def to_quaternion(self):
        return self


class Blender:
    """A scene with objects."""

    def __init__(self, fps=24, frame_start=1):
        render = SimpleNamespace(fps=fps, fps_base=1.0)
        self.scene = SimpleNamespace(
            render=render, frame_start=frame_start, frame_end=10
        )
        self.objects = {}

    def add_mesh(self, name, shape_keys, *, armature=None, selected=False):
        blocks = [
            Keyed(name=key, value=0.5, slider_min=0.0, slider_max=1.0)
            for key in shape_keys
        ]
        keys = SimpleNamespace(key_blocks=blocks) if blocks else None
        thing = Keyed(
            name=name,
            type="MESH",
            data=SimpleNamespace(shape_keys=keys),
            select_get=lambda: selected,
            find_armature=lambda: armature,
        )
        self.objects[name] = thing
        return {block.name: block for block in blocks}

    def add_empty(self, name):
        self.objects[name] = Keyed(name=name, type="EMPTY")
        return self.objects[name]

    def run(self, script, monkeypatch):
        module = ModuleType("bpy")
        objects = _Objects(self.objects)
        module.__dict__["data"] = SimpleNamespace(objects=objects)
        module.__dict__["context"] = SimpleNamespace(scene=self.scene)
        monkeypatch.setitem(sys.modules, "bpy", module)
        exec(compile(script, "script", "exec"), {"__name__": "__main__"})


class _Objects:
    """`bpy.data.objects`: iterates over objects, gets by name."""

    def __init__(self, by_name):
        self._by_name = by_name

    def __iter__(self):
        return iter(self._by_name.values())

    def get(self, name):
        return self._by_name.get(name)


def armature_with_head(rest):
    bone = Keyed(bone=SimpleNamespace(matrix_local=Turn(rest)), location=None)
    return Keyed(pose=SimpleNamespace(bones={"head": bone})), bone
