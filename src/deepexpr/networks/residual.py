"""Our expression network: a residual network on grey faces.

One trunk serves people and characters. Each face is standardised inside the network, so
that light and skin tone change the input as little as possible, and enlarged, since the
shape is that of a network which learnt to tell people apart on larger pictures (dlib's
face recognition: King 2017) and whose weights are a better start than chance
(`training.face_network`). The last convolution's rectified, averaged outputs are the
expression features: non-negative, with real zeros, ready to be read as a distribution
(Aneja et al. 2016, section 3.2).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

FEATURE_COUNT = 512
CLASS_COUNT = 7

_CONTRAST = 0.22
"""Spread of a standardised face, as in the pictures of the face recognition network."""


@dataclass(frozen=True, slots=True)
class ResidualPreset:
    """Shape of one residual network.

    Attributes:
        enlarge: how many times wider a face is made before the first convolution.
        width: channels of the first stage; every later stage has twice as many as the
            one before, at half the resolution.
        blocks: residual blocks of each stage.
        dropout: probability of dropping a feature before the classifier.
    """

    enlarge: int
    width: int
    blocks: tuple[int, ...]
    dropout: float = 0.2


RESIDUAL_PRESETS: dict[str, ResidualPreset] = {
    "tiny": ResidualPreset(enlarge=1, width=8, blocks=(1, 1)),
    "default": ResidualPreset(enlarge=2, width=32, blocks=(3, 4, 3, 2)),
}
"""Named shapes: `default` is what ships, `tiny` is for tests."""


class Convolution(nn.Module):
    """A convolution without bias, then batch normalisation."""

    def __init__(
        self, width_in: int, width: int, size: int = 3, stride: int = 1
    ) -> None:
        super().__init__()
        self.weigh = nn.Conv2d(width_in, width, size, stride, size // 2, bias=False)
        self.normalise = nn.BatchNorm2d(width)

    def forward(self, hidden: Tensor) -> Tensor:
        """Answer (B, width, H / stride, W / stride) for hidden (B, width_in, H, W)."""
        result: Tensor = self.normalise(self.weigh(hidden))
        return result


class ResidualNetwork(nn.Module):
    """Grey faces to expression features and logits."""

    def __init__(self, preset: ResidualPreset) -> None:
        super().__init__()
        self.enlarge = preset.enlarge
        width = preset.width
        self.stem = Convolution(1, width, size=7, stride=2)
        blocks: list[nn.Module] = []
        for stage, count in enumerate(preset.blocks):
            for block in range(count):
                narrows = stage > 0 and block == 0
                blocks.append(_ResidualBlock(width, narrows=narrows))
                width *= 2 if narrows else 1
        self.blocks = nn.Sequential(*blocks)
        self.project = Convolution(width, FEATURE_COUNT, size=1)
        self.dropout = nn.Dropout(preset.dropout)
        self.classify = nn.Linear(FEATURE_COUNT, CLASS_COUNT)

    def forward(self, faces: Tensor) -> tuple[Tensor, Tensor]:
        """Encode a batch of faces.

        Args:
            faces: (B, 1, S, S) grey values in [0, 255].

        Returns:
            features (B, 512), non-negative, and logits (B, 7).
        """
        mean = faces.mean(dim=(2, 3), keepdim=True)
        spread = (faces - mean).square().mean(dim=(2, 3), keepdim=True)
        hidden = (faces - mean) / (spread + 25.0).sqrt() * _CONTRAST
        if self.enlarge > 1:
            hidden = functional.interpolate(
                hidden,
                scale_factor=float(self.enlarge),
                mode="bilinear",
                align_corners=False,
            )
        hidden = functional.max_pool2d(torch.relu(self.stem(hidden)), 3, 2, padding=1)
        hidden = torch.relu(self.project(self.blocks(hidden)))
        features = hidden.mean(dim=(2, 3))
        logits: Tensor = self.classify(self.dropout(features))
        return features, logits


class _ResidualBlock(nn.Module):
    """Two convolutions beside a shortcut without weights.

    A block that narrows halves the resolution and doubles the channels; the second half
    of its shortcut's channels is zero.
    """

    def __init__(self, width_in: int, *, narrows: bool) -> None:
        super().__init__()
        self.narrows = narrows
        width = width_in * 2 if narrows else width_in
        self.first = Convolution(width_in, width, stride=2 if narrows else 1)
        self.second = Convolution(width, width)

    def forward(self, hidden: Tensor) -> Tensor:
        change = self.second(torch.relu(self.first(hidden)))
        if self.narrows:
            hidden = functional.avg_pool2d(hidden, 2)
            hidden = torch.cat([hidden, torch.zeros_like(hidden)], dim=1)
        return torch.relu(change + hidden)
