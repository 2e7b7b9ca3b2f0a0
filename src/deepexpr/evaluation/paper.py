"""The paper's published figures, to be printed beside ours.

Source: Aneja, Colburn, Faigin, Shapiro and Mones (2016), "Modeling stylized character
expressions via deep learning", ACCV 2016.
"""

from deepexpr.core.expression import EXPRESSIONS, Expression
from deepexpr.evaluation.tables import Cell

RETRIEVAL_TABLE = "Table 1: retrieval score"
RECOGNISED_TABLE = "Table 2: recognised faces"
RECOGNITION_TABLE = "Section 3.2: recognition accuracy"
AGREEMENT_TABLE = "Section 5.2: rank agreement"
OTHER_SYSTEMS_TABLE = "Figure 3: recognised faces of other systems"

_RETRIEVAL_SCORES = {
    "geometry only": (0.384, 0.386, 0.419, 0.276, 0.429, 0.271, 0.322),
    "DeepExpr": (0.213, 0.171, 0.228, 0.106, 0.314, 0.149, 0.125),
}

_RECOGNISED = {
    "Character Animator": (0.60, 0.47, 0.42, 0.95, 0.87, 0.43, 0.93),
    "DeepExpr": (0.85, 0.86, 0.81, 0.97, 0.88, 0.89, 0.95),
}

_ACCURACIES = {"human": 0.8527, "character": 0.8902}

_AGREEMENTS = (
    ("expert", "ρ", 0.773, 0.336),
    ("expert", "τ", 0.706, 0.355),
    ("expert", "ρ, first rank", 0.934, None),
    ("expert", "τ, first rank", 0.910, None),
    ("raters", "ρ", 0.793, 0.356),
    ("raters", "τ", 0.716, 0.343),
    ("raters", "ρ, first rank", 0.942, None),
    ("raters", "τ, first rank", 0.927, None),
)

_OTHER_SYSTEMS = (
    ("MPEG-4", Expression.ANGER, 0.20),
    ("HapFACS", Expression.ANGER, 0.08),
    ("HapFACS", Expression.FEAR, 0.20),
    ("FACSGen", Expression.FEAR, 0.06),
)

RETRIEVAL: tuple[Cell, ...] = tuple(
    Cell(
        table=RETRIEVAL_TABLE,
        row=system,
        column=expression,
        published=score,
        lower_is_better=True,
    )
    for system, scores in _RETRIEVAL_SCORES.items()
    for expression, score in zip(EXPRESSIONS, scores, strict=True)
)
"""Average normalised rank of the poses with the query's expression; 0 is perfect."""

RECOGNISED: tuple[Cell, ...] = tuple(
    Cell(
        table=RECOGNISED_TABLE,
        row=system,
        column=expression,
        published=share,
        percent=True,
    )
    for system, shares in _RECOGNISED.items()
    for expression, share in zip(EXPRESSIONS, shares, strict=True)
)
"""Share of raters who name the expression of the best match."""

RECOGNITION: tuple[Cell, ...] = tuple(
    Cell(table=RECOGNITION_TABLE, row=row, published=share, percent=True)
    for row, share in _ACCURACIES.items()
)
"""Accuracy of the networks on test images of people and of characters."""

AGREEMENT: tuple[Cell, ...] = tuple(
    Cell(
        table=AGREEMENT_TABLE,
        row=row,
        column=column,
        published=mean,
        published_spread=spread,
    )
    for row, column, mean, spread in _AGREEMENTS
)
"""Correlation of the system's order with an expert's and with 50 raters'."""

OTHER_SYSTEMS: tuple[Cell, ...] = tuple(
    Cell(
        table=OTHER_SYSTEMS_TABLE,
        row=system,
        column=expression,
        published=share,
        percent=True,
    )
    for system, expression, share in _OTHER_SYSTEMS
)
"""Share of raters who name the expression of faces made by other systems' formulas."""

PAPER: tuple[Cell, ...] = (
    *RETRIEVAL,
    *RECOGNISED,
    *RECOGNITION,
    *AGREEMENT,
    *OTHER_SYSTEMS,
)
"""All published figures; nothing is measured in them yet."""
