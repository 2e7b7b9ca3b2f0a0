"""DeepExpr: a person's perceived expression, carried onto stylised characters."""

__version__ = "0.1.0"
