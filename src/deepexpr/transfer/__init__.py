"""The public way from a photo to poses.

transfer = ExpressionTransfer.load()
result = transfer.match("photo.jpg", characters=["mia"], top=3)
best = result.faces[0].matches["mia"][0]
print(best.pose.id, best.match.distance, best.arkit_weights["jawOpen"])
"""

from deepexpr.transfer.expression_transfer import ExpressionTransfer, FaceChoice
from deepexpr.transfer.result import CharacterMatch, FaceResult, TransferResult

__all__ = [
    "CharacterMatch",
    "ExpressionTransfer",
    "FaceChoice",
    "FaceResult",
    "TransferResult",
]
