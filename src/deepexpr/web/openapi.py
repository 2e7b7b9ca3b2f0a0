"""The description of the API, OpenAPI 3.1, served at /api/openapi.json."""

from typing import Any

from deepexpr import __version__
from deepexpr.export.formats import EXPORTERS
from deepexpr.web.match_routes import MOST_FACES, PHOTO_TYPES
from deepexpr.web.openapi_schemas import SCHEMAS, array, number, reference
from deepexpr.web.problems import MEDIA_TYPE
from deepexpr.web.questions import LARGEST_WEIGHT, MOST_MATCHES, USUAL_MATCHES

Schema = dict[str, Any]


def openapi_document() -> dict[str, Any]:
    """Return the description as a JSON object."""
    character = "/api/characters/{name}"
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "DeepExpr studio",
            "version": __version__,
            "description": (
                "A person's facial expression carried onto 3D characters. Photos are "
                "kept in memory while they are worked on and are never stored. "
                "WS /api/live takes webcam frames as binary messages; docs/studio.md "
                "describes it."
            ),
        },
        "paths": {
            "/api/match": {"post": _match()},
            "/api/rank": {"post": _rank()},
            "/api/read": {"post": _read()},
            "/api/compare": {"post": _compare()},
            "/api/export": {"post": _export()},
            "/api/characters": {
                "get": _operation(
                    "List the characters", _json("characters", reference("Character"))
                )
            },
            f"{character}/model.glb": {"get": _file("The rig", "model/gltf-binary")},
            f"{character}/portrait.webp": {"get": _file("The face", "image/webp")},
            f"{character}/key-poses": {
                "get": _operation(
                    "List the key poses",
                    _json("key_poses", reference("KeyPose")),
                    [_NAME],
                    (404, 503),
                )
            },
            f"{character}/pictures/{{index}}.webp": {
                "get": _file("The picture of a gallery pose", "image/webp", _INDEX)
            },
            "/api/openapi.json": {
                "get": _operation(
                    "This description",
                    {"application/json": {"schema": {"type": "object"}}},
                    refusals=(),
                )
            },
        },
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


_NAME: Schema = {
    "name": "name",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "description": "Name of a character",
}
_INDEX: Schema = {
    "name": "index",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 0},
    "description": "Row in the gallery",
}
_PHOTO: Schema = {
    "required": True,
    "description": "The bytes of a JPEG, PNG or WebP picture",
    "content": {
        kind: {"schema": {"type": "string", "format": "binary"}} for kind in PHOTO_TYPES
    },
}


def _match() -> Schema:
    operation = _operation(
        "Find the faces of a photo and the poses that are most alike",
        {"application/json": {"schema": reference("Photo")}},
        [
            _query("characters", {"type": "string"}, "Names divided by commas; all"),
            _query("top", _top(), "Matches a character"),
            _query("face", _whole(1, MOST_FACES), "Whose matches; 1 is largest"),
            _query("alpha", number(0, LARGEST_WEIGHT), "Weight of the features"),
            _query("beta", number(0, LARGEST_WEIGHT), "Weight of the geometry"),
        ],
        (400, 404, 408, 413, 415, 422, 503),
    )
    operation["requestBody"] = _PHOTO
    return operation


def _read() -> Schema:
    operation = _operation(
        "Tell how a pose reads, from a square picture of it taken by the card's camera",
        {"application/json": {"schema": reference("Reading")}},
        refusals=(400, 404, 408, 413, 415, 422, 503),
    )
    operation["requestBody"] = _json_body(reference("DrawnPose"))
    return operation


def _compare() -> Schema:
    character = {**_query("character", {"type": "string"}, "Who poses")}
    operation = _operation(
        "Let ours and seven other systems pose a character for a face",
        {"application/json": {"schema": reference("Comparison")}},
        [
            {**character, "required": True},
            _query("face", _whole(1, MOST_FACES), "Whose face; 1 is largest"),
        ],
        (400, 404, 408, 413, 415, 422, 503),
    )
    operation["requestBody"] = _PHOTO
    return operation


def _rank() -> Schema:
    matches = {"type": "object", "additionalProperties": array(reference("Match"))}
    answer = {"type": "object", "required": ["matches"]}
    operation = _operation(
        "Rank the poses for a face that was found before, or for a character's",
        {
            "application/json": {
                "schema": {**answer, "properties": {"matches": matches}}
            }
        },
        refusals=(400, 404, 408, 413, 415, 422, 503),
    )
    question = {
        "type": "object",
        "description": "Features, geometry and expression of a face, or `of` a pose",
        "properties": {
            "of": {
                "type": "object",
                "required": ["character"],
                "properties": {
                    "character": {"type": "string", "minLength": 1},
                    "pose": {"type": "string"},
                },
            },
            "features": {**array(number(0)), "minItems": 1},
            "geometry": {**array(number()), "minItems": 9, "maxItems": 9},
            "expression": reference("Expression"),
            "characters": array({"type": "string"}),
            "top": _top(),
            "alpha": number(0, LARGEST_WEIGHT),
            "beta": number(0, LARGEST_WEIGHT),
        },
    }
    operation["requestBody"] = _json_body(question)
    return operation


def _export() -> Schema:
    formats = {"type": "string", "enum": list(EXPORTERS)}
    operation = _operation(
        "Write a take for another program",
        {"application/octet-stream": {"schema": {"type": "string"}}},
        [{**_query("format", formats, "The file's format"), "required": True}],
        (400, 404, 408, 413, 415, 422, 503),
    )
    kinds = ("application/json", "text/csv", "model/gltf-binary", "text/x-python")
    operation["responses"]["200"]["content"] = {kind: {"schema": {}} for kind in kinds}
    operation["requestBody"] = _json_body(reference("Take"))
    return operation


def _file(summary: str, media_type: str, *parameters: Schema) -> Schema:
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return _operation(summary, content, [_NAME, *parameters], (404, 503))


def _operation(
    summary: str,
    content: Schema,
    parameters: list[Schema] | None = None,
    refusals: tuple[int, ...] = (503,),
) -> Schema:
    problem = {"content": {MEDIA_TYPE: {"schema": reference("Problem")}}}
    return {
        "summary": summary,
        "parameters": parameters or [],
        "responses": {
            "200": {"description": "The answer", "content": content},
            **{
                str(status): {"description": "A problem", **problem}
                for status in (401, 403, *refusals)
            },
        },
    }


def _json(name: str, entry: Schema) -> Schema:
    schema = {
        "type": "object",
        "required": [name],
        "properties": {name: array(entry)},
    }
    return {"application/json": {"schema": schema}}


def _json_body(schema: Schema) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def _top() -> Schema:
    return {**_whole(1, MOST_MATCHES), "default": USUAL_MATCHES}


def _whole(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}
