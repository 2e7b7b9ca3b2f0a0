"""The seven cardinal expressions, in the order used everywhere."""

from enum import StrEnum


class Expression(StrEnum):
    """A perceived facial expression.

    The members stand in the order of every probability vector, table and confusion
    matrix of this package (Aneja et al. 2016, section 3).
    """

    ANGER = "anger"
    DISGUST = "disgust"
    FEAR = "fear"
    JOY = "joy"
    NEUTRAL = "neutral"
    SADNESS = "sadness"
    SURPRISE = "surprise"


EXPRESSIONS: tuple[Expression, ...] = tuple(Expression)
"""All expressions in canonical order; index i names column i of probabilities."""
