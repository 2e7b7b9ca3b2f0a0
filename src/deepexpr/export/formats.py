"""The formats that poses leave in, by name."""

from collections.abc import Callable, Mapping
from pathlib import Path

from deepexpr.characters.library import Character
from deepexpr.core.errors import OutputError
from deepexpr.export.blender_script import write_blender_script
from deepexpr.export.gltf_pose import write_gltf
from deepexpr.export.json_poses import write_json
from deepexpr.export.live_link_csv import write_live_link_csv
from deepexpr.export.maya_csv import write_maya_csv
from deepexpr.export.take import Take
from deepexpr.export.vrm_expression import write_vrm_preset

Exporter = Callable[[Take, Character, Path], None]
"""Writes a take of a character to a file, whole or not at all."""

EXPORTERS: Mapping[str, Exporter] = {
    "json": write_json,
    "csv": write_live_link_csv,
    "gltf": write_gltf,
    "vrm": write_vrm_preset,
    "blender": write_blender_script,
    "maya": write_maya_csv,
}

SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "json": (".json",),
    "csv": (".csv",),
    "gltf": (".glb", ".gltf"),
    "vrm": (".json",),
    "blender": (".py",),
    "maya": (".csv",),
}
"""Suffixes of each format's files, the usual one first."""


def export_take(take: Take, character: Character, path: Path, file_format: str) -> None:
    """Write a take in one of the formats.

    Args:
        take: the take.
        character: whose poses they are.
        path: the file to write.
        file_format: a key of `EXPORTERS`.

    Raises:
        OutputError: if the format is unknown, the path has another format's suffix, or
            the file cannot be written.
        CharacterError: if the character's model is damaged.
    """
    exporter = EXPORTERS.get(file_format)
    if exporter is None:
        raise OutputError(
            f"no format is called {file_format!r}. Known: {', '.join(EXPORTERS)}"
        )
    if path.suffix.lower() not in SUFFIXES[file_format]:
        wanted = " or ".join(SUFFIXES[file_format])
        raise OutputError(f"{path}: a {file_format} file must end in {wanted}")
    exporter(take, character, path)
