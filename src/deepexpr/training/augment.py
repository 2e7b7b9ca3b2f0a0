"""Random views of faces, drawn for a whole batch at once on the training device.

Every view is sampled from the source picture in one bilinear step: framing (raw or
registered), random affine, flip. Then light, blur, noise and covers are applied.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

INPUT_SIZE_PX = 48


@dataclass(frozen=True, slots=True)
class AugmentPreset:
    """How strongly views differ; standard deviations unless said otherwise.

    Attributes:
        rotation_deg: in-plane rotation.
        log_scale: logarithm of the zoom.
        log_aspect: logarithm of the width-to-height change.
        shear: horizontal shear.
        shift: displacement, as a share of the picture's side.
        log_gamma: logarithm of the tone curve's exponent.
        log_contrast: logarithm of the contrast factor.
        light: slope of a random linear light, share of white across the picture.
        noise: largest noise level, share of white.
        blur: probability of a soft or coarse picture.
        cover: probability of a covering rectangle.
    """

    rotation_deg: float = 10.0
    log_scale: float = 0.09
    log_aspect: float = 0.06
    shear: float = 0.06
    shift: float = 0.045
    log_gamma: float = 0.25
    log_contrast: float = 0.2
    light: float = 0.2
    noise: float = 0.04
    blur: float = 0.25
    cover: float = 0.5


def random_views(
    faces: Tensor,
    frames: Tensor,
    preset: AugmentPreset,
    generator: torch.Generator,
    size_px: int = INPUT_SIZE_PX,
) -> Tensor:
    """Draw one random view of each face.

    Args:
        faces: (B, H, W) uint8 grey source pictures.
        frames: (B, 2, 3) float32; maps view coordinates in [-1, 1]² to source
            coordinates in [-1, 1]² (the framing before any random change).
        preset: strength of the changes.
        generator: source of randomness, on the device of the faces.
        size_px: sides of the views.

    Returns:
        (B, 1, size_px, size_px) float32 grey values in [0, 255].
    """
    views = sample_frames(
        faces, compose(frames, _random_affine(frames, preset, generator)), size_px
    )
    views = _relight(views / 255, preset, generator)
    views = _soften(views, preset, generator)
    level = _uniform(views, generator) * preset.noise
    noise = torch.randn(views.shape, device=views.device, generator=generator)
    views = _cover(views + level * noise, preset, generator)
    return views.clamp(0, 1) * 255


def sample_frames(
    faces: Tensor, frames: Tensor, size_px: int = INPUT_SIZE_PX
) -> Tensor:
    """Sample views (B, 1, size_px, size_px) in [0, 255] of (B, H, W) faces."""
    size = [len(faces), 1, size_px, size_px]
    grid = functional.affine_grid(frames, size, align_corners=False)
    return functional.grid_sample(
        faces[:, None].float(), grid, padding_mode="border", align_corners=False
    )


def compose(outer: Tensor, inner: Tensor) -> Tensor:
    """Affine maps (B, 2, 3) that apply `inner` first, then `outer`."""
    linear = outer[:, :, :2] @ inner[:, :, :2]
    offset = outer[:, :, :2] @ inner[:, :, 2:] + outer[:, :, 2:]
    return torch.cat([linear, offset], dim=2)


def _normal(like: Tensor, generator: torch.Generator) -> Tensor:
    return torch.randn(len(like), device=like.device, generator=generator)


def _uniform(like: Tensor, generator: torch.Generator) -> Tensor:
    draws = torch.rand(len(like), device=like.device, generator=generator)
    return draws[:, None, None, None]


def _random_affine(
    like: Tensor, preset: AugmentPreset, generator: torch.Generator
) -> Tensor:
    angle = _normal(like, generator) * math.radians(preset.rotation_deg)
    zoom = torch.exp(_normal(like, generator) * preset.log_scale)
    aspect = torch.exp(_normal(like, generator) * preset.log_aspect / 2)
    shear = _normal(like, generator) * preset.shear
    coin = torch.rand(len(like), device=like.device, generator=generator)
    flip = torch.where(coin < 0.5, -1.0, 1.0)
    cos, sin = torch.cos(angle), torch.sin(angle)
    shift_x = _normal(like, generator) * preset.shift * 2
    shift_y = _normal(like, generator) * preset.shift * 2
    row_x = torch.stack(
        [cos * zoom * aspect * flip, shear * cos - sin * zoom / aspect, shift_x], 1
    )
    row_y = torch.stack(
        [sin * zoom * aspect * flip, shear * sin + cos * zoom / aspect, shift_y], 1
    )
    return torch.stack([row_x, row_y], dim=1)


def _relight(
    views: Tensor, preset: AugmentPreset, generator: torch.Generator
) -> Tensor:
    shape = (-1, 1, 1, 1)
    gamma = torch.exp(_normal(views, generator) * preset.log_gamma).view(shape)
    contrast = torch.exp(_normal(views, generator) * preset.log_contrast).view(shape)
    ramp = torch.linspace(-0.5, 0.5, views.shape[-1], device=views.device)
    slope_x = (_normal(views, generator) * preset.light).view(shape)
    slope_y = (_normal(views, generator) * preset.light).view(shape)
    light = slope_x * ramp[None, None, None, :] + slope_y * ramp[None, None, :, None]
    lit = views.clamp(1e-3, 1).pow(gamma) * (1 + light)
    mean = lit.mean(dim=(2, 3), keepdim=True)
    return (lit - mean) * contrast + mean


def _soften(views: Tensor, preset: AugmentPreset, generator: torch.Generator) -> Tensor:
    soft = functional.avg_pool2d(views, 3, stride=1, padding=1, count_include_pad=False)
    coarse = functional.interpolate(
        functional.interpolate(views, scale_factor=0.5, mode="area"),
        size=views.shape[-2:],
        mode="bilinear",
    )
    coin = _uniform(views, generator)
    kind = _uniform(views, generator)
    changed = torch.where(
        kind < 0.35, coarse, torch.where(kind < 0.7, soft, 2 * views - soft)
    )
    return torch.where(coin < preset.blur, changed, views)


def _cover(views: Tensor, preset: AugmentPreset, generator: torch.Generator) -> Tensor:
    size_px = views.shape[-1]
    axis = torch.arange(size_px, device=views.device)
    low_x, low_y = (_uniform(views, generator) * size_px for _ in range(2))
    width, height = (
        (0.1 + 0.35 * _uniform(views, generator)) * size_px for _ in range(2)
    )
    column, row = axis[None, None, None, :], axis[None, None, :, None]
    inside = (
        (column >= low_x - width / 2)
        & (column < low_x + width / 2)
        & (row >= low_y - height / 2)
        & (row < low_y + height / 2)
    )
    shade = _uniform(views, generator)
    covered = inside & (_uniform(views, generator) < preset.cover)
    return torch.where(covered, shade, views)
