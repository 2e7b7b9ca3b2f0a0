"""Our expression network: a small residual network on grey faces.

One trunk serves people and characters. Each face is standardised inside the network, so
that light and skin tone change the input as little as possible. The last convolution's
rectified, averaged outputs are the expression features: non-negative, with real zeros,
ready to be read as a distribution (Aneja et al. 2016, section 3.2).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

FEATURE_COUNT = 512
CLASS_COUNT = 7


@dataclass(frozen=True, slots=True)
class ResidualPreset:
    """Shape of one residual network.

    Attributes:
        stem: channels at full resolution.
        widths: channels of the stages; each stage halves the resolution.
        blocks: residual blocks per stage.
        dropout: probability of dropping a feature before the classifier.
    """

    stem: int
    widths: tuple[int, ...]
    blocks: int = 2
    dropout: float = 0.2


RESIDUAL_PRESETS: dict[str, ResidualPreset] = {
    "tiny": ResidualPreset(stem=8, widths=(8, 16, 16), blocks=1),
    "default": ResidualPreset(stem=16, widths=(32, 96, 192), dropout=0.1),
}
"""Named shapes: `default` is what ships, `tiny` is for tests."""


class ResidualNetwork(nn.Module):
    """Grey faces to expression features and logits."""

    def __init__(self, preset: ResidualPreset) -> None:
        super().__init__()
        self.stem = _convolution(1, preset.stem)
        stages: list[nn.Module] = []
        width_in = preset.stem
        for width in preset.widths:
            for block in range(preset.blocks):
                stride = 2 if block == 0 else 1
                stages.append(_ResidualBlock(width_in, width, stride))
                width_in = width
        self.stages = nn.Sequential(*stages)
        self.project = nn.Sequential(
            nn.Conv2d(width_in, FEATURE_COUNT, 1, bias=False),
            nn.BatchNorm2d(FEATURE_COUNT),
            nn.ReLU(),
        )
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
        hidden = self.stages(self.stem((faces - mean) / (spread + 25.0).sqrt()))
        features: Tensor = self.project(hidden).mean(dim=(2, 3))
        logits: Tensor = self.classify(self.dropout(features))
        return features, logits


class _ResidualBlock(nn.Module):
    """Two convolutions with squeeze-excitation beside a shortcut."""

    def __init__(self, width_in: int, width: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _convolution(width_in, width, stride),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
        )
        squeezed = max(width // 8, 8)
        self.excite = nn.Sequential(
            nn.Conv2d(width, squeezed, 1),
            nn.ReLU(),
            nn.Conv2d(squeezed, width, 1),
            nn.Sigmoid(),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or width_in != width:
            self.shortcut = nn.Sequential(
                nn.AvgPool2d(stride) if stride > 1 else nn.Identity(),
                nn.Conv2d(width_in, width, 1, bias=False),
                nn.BatchNorm2d(width),
            )

    def forward(self, hidden: Tensor) -> Tensor:
        change: Tensor = self.body(hidden)
        change = change * self.excite(change.mean(dim=(2, 3), keepdim=True))
        return torch.relu(change + self.shortcut(hidden))


def _convolution(width_in: int, width: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(width_in, width, 3, stride, padding=1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
    )
