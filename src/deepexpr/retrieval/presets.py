"""How much features and geometry count when a gallery is ranked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetrievalPreset:
    """Named, frozen settings of a ranking: φ = α·JSD + β·Geo.

    Attributes:
        feature_weight: α, weight of the Jensen-Shannon divergence (nats, 0 to ln 2).
        geometry_weight: β, weight of the standardised geometric distance (0 for equal
            measures, about 1 for unrelated ones).
        same_label_first: whether the shortlist's poses with the query's own label come
            first, ordered by geometry (see `search.same_label_then_geometry`).

    Raises:
        ValueError: if a weight is negative or not finite, or both are 0.
    """

    feature_weight: float
    geometry_weight: float
    same_label_first: bool = False

    def __post_init__(self) -> None:
        weights = (self.feature_weight, self.geometry_weight)
        if not all(0 <= weight < float("inf") for weight in weights) or not any(
            weights
        ):
            raise ValueError(
                "feature_weight and geometry_weight must be finite, not negative and "
                f"not both 0, but are {weights[0]} and {weights[1]}"
            )


RETRIEVAL_PRESETS: dict[str, RetrievalPreset] = {
    "features": RetrievalPreset(feature_weight=1.0, geometry_weight=0.0),
    "geometry": RetrievalPreset(feature_weight=0.0, geometry_weight=1.0),
    "features+geometry": RetrievalPreset(feature_weight=1.0, geometry_weight=0.05),
    "label-then-geometry": RetrievalPreset(
        feature_weight=1.0, geometry_weight=0.0, same_label_first=True
    ),
}
"""Presets by name.

`features+geometry` is the default. Its β lets geometry choose among poses of nearly the
same divergence: a full unit of geometric distance weighs as much as 0.05 nats, 7 % of
the divergence between expressions that have nothing in common.
"""

DEFAULT_PRESET = "features+geometry"
