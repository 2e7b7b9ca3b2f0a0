"""The objects of the API as JSON schemas."""

from typing import Any

from deepexpr.core.expression import EXPRESSIONS
from deepexpr.export.json_poses import TAKE_FORMAT, TAKE_VERSION

Schema = dict[str, Any]


def number(least: float | None = None, most: float | None = None) -> Schema:
    """Return the schema of a number within bounds."""
    bounds = {"minimum": least, "maximum": most}
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    return {"type": "number", **given}


def array(entry: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": entry}


def reference(name: str) -> Schema:
    """Return a reference to one of `SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(
    properties: Schema, required: tuple[str, ...] | None = None
) -> dict[str, Any]:
    names = list(properties) if required is None else list(required)
    return {"type": "object", "required": names, "properties": properties}


def _optional(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _named(entry: Schema) -> Schema:
    return {"type": "object", "additionalProperties": entry}


def _numbers(count: int) -> Schema:
    return {**array(number()), "minItems": count, "maxItems": count}


_TEXT: Schema = {"type": "string"}
_ANGLE = number(-360, 360)
_CONTROL = number(-10, 10)

_POSE: Schema = {
    "weights": _named(number(0, 1)),
    "controls": _named(_CONTROL),
    "gaze_deg": _object({"yaw": _ANGLE, "pitch": _ANGLE}),
    "head_deg": _object({"yaw": _ANGLE, "pitch": _ANGLE, "roll": _ANGLE}),
    "iris": {"type": "number", "exclusiveMinimum": 0, "maximum": 10},
}

SCHEMAS: dict[str, Schema] = {
    "Expression": {"type": "string", "enum": [str(name) for name in EXPRESSIONS]},
    "Problem": _object(
        {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer"},
            "kind": _TEXT,
            "detail": _TEXT,
        }
    ),
    "Character": _object(
        {
            "name": _TEXT,
            "title": _TEXT,
            "description": _TEXT,
            "author": _TEXT,
            "licence": _TEXT,
            "answers": {"type": "boolean"},
            "poses": {"type": "integer", "minimum": 0},
            "model": _optional(_TEXT),
            "portrait": _optional(_TEXT),
            "camera": _optional({"type": "object"}),
            "head": _optional({"type": "object"}),
        }
    ),
    "KeyPose": _object(
        {
            "pose": _TEXT,
            "label": reference("Expression"),
            "votes": _optional(array({"type": "integer"})),
            "picture": _optional(_TEXT),
            "clarity": _optional(number(0, 1)),
            **_POSE,
        }
    ),
    "Match": _object(
        {
            "pose": _TEXT,
            "label": reference("Expression"),
            "rank": {"type": "integer", "minimum": 1},
            "distance": number(0),
            "divergence": number(0),
            "geometry": number(0),
            "picture": _TEXT,
            **_POSE,
        }
    ),
    "Face": _object(
        {
            "box": _numbers(4),
            "landmarks": _optional(array(_numbers(2))),
            "probabilities": _named(number(0, 1)),
            "expression": reference("Expression"),
            "notes": array(_TEXT),
            "features": array(number(0)),
            "geometry": _optional(_numbers(9)),
            "matches": _optional(_named(array(reference("Match")))),
        }
    ),
    "Reading": _object(
        {
            "expression": reference("Expression"),
            "probabilities": _named(number(0, 1)),
            "features": array(number(0)),
            "geometry": _numbers(9),
            "landmarks": array(_numbers(2)),
        }
    ),
    "DrawnPose": _object(
        {
            "character": _TEXT,
            "picture": {"type": "string", "contentEncoding": "base64"},
            **_POSE,
        },
        ("character", "picture", "controls", "gaze_deg", "head_deg", "iris"),
    ),
    "Comparison": _object(
        {
            "character": _TEXT,
            "expression": reference("Expression"),
            "systems": array(_object({"name": _TEXT, **_POSE})),
        }
    ),
    "Photo": _object(
        {
            "width": {"type": "integer"},
            "height": {"type": "integer"},
            "faces": array(reference("Face")),
        }
    ),
    "Take": _object(
        {
            "format": {"const": TAKE_FORMAT},
            "version": {"const": TAKE_VERSION},
            "character": _TEXT,
            "name": _TEXT,
            "frame_rate": {"type": "number", "exclusiveMinimum": 0, "maximum": 1000},
            "first_frame": {"type": "integer", "minimum": 0},
            "frames": {
                **array(
                    _object(
                        {"pose": _TEXT, **_POSE},
                        ("pose", "controls", "gaze_deg", "head_deg", "iris"),
                    )
                ),
                "minItems": 1,
            },
        },
        ("format", "version", "character", "name", "frames"),
    ),
}
"""Schemas by name."""
