"""Results as JSON; docs/json.md says what each entry means."""

import json
from collections.abc import Sequence
from typing import Any

from deepexpr.transfer.result import CharacterMatch, FaceResult, TransferResult


def photo_document(
    result: TransferResult, *, with_features: bool = False, with_matches: bool = True
) -> dict[str, Any]:
    """One photo as a JSON object.

    Args:
        result: what was found.
        with_features: whether faces carry their expression features.
        with_matches: whether faces carry `matches`, also when there are none.
    """
    return {
        "photo": _text(result.photo),
        "error": None,
        "faces": [
            _face(face, with_features=with_features, with_matches=with_matches)
            for face in result.faces
        ],
    }


def failure_document(photo: str, error: str) -> dict[str, Any]:
    """A photo that could not be answered, as a JSON object."""
    return {"photo": _text(photo), "error": _text(error), "faces": []}


def json_text(document: Sequence[dict[str, Any]]) -> str:
    """A document as text, one photo a line, so that runs can be compared."""
    lines = (json.dumps(entry, ensure_ascii=False) for entry in document)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _face(
    face: FaceResult, *, with_features: bool, with_matches: bool
) -> dict[str, Any]:
    points = None if face.landmarks is None else face.landmarks.points
    document: dict[str, Any] = {
        "box": [round(value, 1) for value in face.box],
        "landmarks": None if points is None else points.round(2).tolist(),
        "probabilities": {
            str(expression): round(probability, 6)
            for expression, probability in face.probabilities.items()
        },
        "notes": list(face.notes),
    }
    if with_features:
        document["features"] = [float(f"{value:.6g}") for value in face.features]
    if with_matches:
        document["matches"] = {
            character: [_match(match) for match in matches]
            for character, matches in face.matches.items()
        }
    return document


def _match(match: CharacterMatch) -> dict[str, Any]:
    return {
        "pose": match.match.pose_id,
        "label": str(match.match.label),
        "distance": round(match.match.distance, 6),
        "divergence": round(match.match.divergence, 6),
        "geometry": round(match.match.geometry, 6),
        "weights": {
            name: round(value, 5) for name, value in match.arkit_weights.items()
        },
    }


def _text(text: str) -> str:
    """Text that UTF-8 can hold; file names may contain bytes that it cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")
