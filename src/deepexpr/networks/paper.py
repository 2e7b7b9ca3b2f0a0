"""The paper's networks: convolutions, max pooling and fully connected layers.

Human network: CONV1 to CONV4, FC5, FC6 with 512 outputs, FC7 with 7; character network:
the same without CONV4. ReLU after every layer but the last, softmax in the end. Aneja
et al. (2016), section 3.2 and figure 5.

The widths stand in a supplement that is not published. The input of 227×227 pixels and
the names are those of Krizhevsky et al. (2012), so its filter sizes, strides and
overlapping pooling are taken, with the widths of one of its two columns (48, 128, 192,
192): that network told 1,000 classes by 1.2 million pictures, this one tells seven by
70,000. FC5 is as wide as two FC6. Convolutions start as He et al. (2015) propose, fully
connected layers at a quarter of that: max pooling makes values grow, and from the full
start the paper's rate leads to infinite numbers within ten batches.
"""

from collections import OrderedDict
from dataclasses import dataclass

from torch import Tensor, nn

CLASS_COUNT = 7
CROP_SIZE_PX = 227
"""Sides of the crops that the networks see."""

PICTURE_SIZE_PX = 256
"""Sides of the registered pictures that crops are taken from."""

_MEAN, _SPREAD = 127.5, 63.75
_CONNECTED_START = 0.25


@dataclass(frozen=True, slots=True)
class PaperShape:
    """Widths of one network.

    Attributes:
        convolutions: channels of CONV1, CONV2, …
        hidden: outputs of FC5.
        features: outputs of FC6.
    """

    convolutions: tuple[int, ...]
    hidden: int = 1024
    features: int = 512


PAPER_SHAPES: dict[str, PaperShape] = {
    "human": PaperShape((48, 128, 192, 192)),
    "character": PaperShape((48, 128, 192)),
    "tiny": PaperShape((4, 8, 8, 8), hidden=16, features=16),
}
"""Named shapes; `tiny` is for tests."""


class PaperNetwork(nn.Module):
    """Colour crops to FC6 features and FC7 logits."""

    def __init__(self, shape: PaperShape) -> None:
        super().__init__()
        self.convolutions = nn.Sequential(_convolutions(shape.convolutions))
        side = 6  # of what the last pooling leaves of 227 pixels
        flat = shape.convolutions[-1] * side * side
        self.fc5 = nn.Linear(flat, shape.hidden)
        self.fc6 = nn.Linear(shape.hidden, shape.features)
        self.fc7 = nn.Linear(shape.features, CLASS_COUNT)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        for layer in (self.fc5, self.fc6, self.fc7):
            layer.weight.data *= _CONNECTED_START

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """Encode a batch of crops.

        Args:
            crops: (B, 3, 227, 227) RGB values in [0, 255].

        Returns:
            features (B, 512) of FC6, non-negative, and logits (B, 7) of FC7.
        """
        hidden = self.convolutions((crops - _MEAN) / _SPREAD).flatten(1)
        features = self.fc6(self.fc5(hidden).relu()).relu()
        return features, self.fc7(features)


def _convolutions(widths: tuple[int, ...]) -> "OrderedDict[str, nn.Module]":
    """CONV1 (11×11, stride 4), CONV2 (5×5), 3×3 from there; three poolings."""
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    width_in = 3
    for number, width in enumerate(widths, start=1):
        if number == 1:
            layer = nn.Conv2d(width_in, width, 11, stride=4)
        elif number == 2:
            layer = nn.Conv2d(width_in, width, 5, padding=2)
        else:
            layer = nn.Conv2d(width_in, width, 3, padding=1)
        layers[f"conv{number}"] = layer
        layers[f"relu{number}"] = nn.ReLU()
        if number <= 2 or number == len(widths):
            layers[f"pool{number}"] = nn.MaxPool2d(3, stride=2)
        width_in = width
    return layers
