"""What a request asks for, read from its query string or its JSON object."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.retrieval.gallery import Query
from deepexpr.retrieval.presets import (
    DEFAULT_PRESET,
    RETRIEVAL_PRESETS,
    RetrievalPreset,
)
from deepexpr.web.problems import Problem

MOST_MATCHES = 24
USUAL_MATCHES = 9
LARGEST_WEIGHT = 100.0
MOST_FEATURES = 4096
GEOMETRY_COUNT = 9


@dataclass(frozen=True, slots=True)
class RankingQuestion:
    """How characters shall answer.

    Attributes:
        characters: names; None means all.
        top: matches a character.
        preset: α and β.
    """

    characters: tuple[str, ...] | None
    top: int
    preset: RetrievalPreset


def ranking_question(given: Mapping[str, Any]) -> RankingQuestion:
    """Read `characters`, `top`, `alpha` and `beta`.

    Args:
        given: a query string (`characters` divided by commas) or a JSON object
            (`characters` as a list).

    Raises:
        Problem: 422 naming the entry that is wrong.
    """
    usual = RETRIEVAL_PRESETS[DEFAULT_PRESET]
    alpha = _weight(given, "alpha", usual.feature_weight)
    beta = _weight(given, "beta", usual.geometry_weight)
    if alpha == beta == 0:
        raise wrong("alpha and beta must not both be 0")
    top = whole_number(given, "top", USUAL_MATCHES, MOST_MATCHES)
    return RankingQuestion(_names(given), top, RetrievalPreset(alpha, beta))


def face_query(given: Mapping[str, Any]) -> Query:
    """Read `features`, `geometry` and `expression` of a face from a JSON object.

    Raises:
        Problem: 422 naming the entry that is wrong.
    """
    features = _numbers(given, "features", MOST_FEATURES)
    geometry = _numbers(given, "geometry", GEOMETRY_COUNT)
    if len(geometry) != GEOMETRY_COUNT:
        raise wrong(f"geometry must be {GEOMETRY_COUNT} numbers")
    if features.min(initial=0.0) < 0:
        raise wrong("features must not be negative")
    label = given.get("expression")
    if label not in EXPRESSIONS:
        raise wrong(f"expression must be one of {', '.join(EXPRESSIONS)}")
    return Query(features.astype(np.float32), geometry, Expression(label))


def whose_face(given: Mapping[str, Any]) -> tuple[str, str] | None:
    """Read `of`: the character whose face is asked about, and one of its poses.

    Returns:
        Name of the character and id of a pose of its gallery, which is empty where the
        face is given by its features; None for a person.

    Raises:
        Problem: 422 if it is neither.
    """
    of = given.get("of")
    if of is None:
        return None
    texts = [of.get("character"), of.get("pose", "")] if isinstance(of, dict) else []
    if len(texts) != 2 or not texts[0] or not all(isinstance(t, str) for t in texts):
        raise wrong("of must name a character and may name one of its poses")
    return texts[0], texts[1]


def whole_number(given: Mapping[str, Any], name: str, usual: int, most: int) -> int:
    """Read a whole number from 1 to `most`.

    Raises:
        Problem: 422 if it is none.
    """
    value = given.get(name, usual)
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdecimal():
        raise wrong(f"{name} must be a whole number from 1 to {most}")
    if len(text) > 9 or not 1 <= int(text) <= most:
        raise wrong(f"{name} must be a whole number from 1 to {most}")
    return int(text)


def wrong(detail: str) -> Problem:
    """Return the problem of a question that makes no sense."""
    return Problem(422, "wrong-question", detail)


def _weight(given: Mapping[str, Any], name: str, usual: float) -> float:
    try:
        weight = float(given.get(name, usual))
    except (TypeError, ValueError, OverflowError):
        weight = math.nan
    if not 0 <= weight <= LARGEST_WEIGHT:
        raise wrong(f"{name} must be a number from 0 to {LARGEST_WEIGHT:g}")
    return weight


def _names(given: Mapping[str, Any]) -> tuple[str, ...] | None:
    names = given.get("characters") or []
    if isinstance(names, str):
        names = [name.strip() for name in names.split(",") if name.strip()]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise wrong("characters must be names")
    return tuple(names) or None


def _numbers(given: Mapping[str, Any], name: str, most: int) -> NDArray[np.float64]:
    values = given.get(name)
    refusal = wrong(f"{name} must be a list of at most {most} numbers")
    if not isinstance(values, list) or not 1 <= len(values) <= most:
        raise refusal
    if not all(type(value) in (int, float) for value in values):
        raise refusal
    try:
        numbers = np.array(values, np.float64)
    except OverflowError as error:
        raise refusal from error
    # Features are kept as float32; a larger number would become infinite there.
    if not np.all(np.abs(numbers) < np.finfo(np.float32).max):
        raise refusal
    return numbers
