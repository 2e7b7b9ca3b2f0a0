"""DeepExpr: a person's perceived expression, carried onto stylised characters.

from deepexpr import ExpressionTransfer

transfer = ExpressionTransfer.load()
result = transfer.match("photo.jpg", characters=["mia"], top=3)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deepexpr.core.errors import DeepExprError
    from deepexpr.transfer import ExpressionTransfer, FaceResult, TransferResult

__version__ = "0.1.0"
__all__ = [
    "DeepExprError",
    "ExpressionTransfer",
    "FaceResult",
    "TransferResult",
    "__version__",
]


def __getattr__(name: str) -> Any:
    # Imported on first use, so that `deepexpr --help` and `deepexpr.core` stay light.
    if name == "DeepExprError":
        from deepexpr.core import errors

        return errors.DeepExprError
    if name in __all__:
        from deepexpr import transfer

        return getattr(transfer, name)
    raise AttributeError(f"module 'deepexpr' has no attribute {name!r}")
