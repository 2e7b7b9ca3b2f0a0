"""The options that weigh features against geometry, shared by the ranking commands."""

import click

from deepexpr.retrieval.presets import DEFAULT_PRESET, RETRIEVAL_PRESETS

_DEFAULT = RETRIEVAL_PRESETS[DEFAULT_PRESET]

ALPHA = click.option(
    "--alpha",
    type=click.FloatRange(min=0),
    default=_DEFAULT.feature_weight,
    show_default=True,
    help="Weight of the features' divergence.",
)

BETA = click.option(
    "--beta",
    type=click.FloatRange(min=0),
    default=_DEFAULT.geometry_weight,
    show_default=True,
    help="Weight of the geometric distance.",
)
