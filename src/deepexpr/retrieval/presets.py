"""How much features and geometry count when a gallery is ranked."""

from dataclasses import dataclass

SHARPNESS = 4.0
"""Power that features are raised to before they become a distribution.

Strong activations tell expressions apart, weak ones hold what is common to all faces.
Of the powers tried on the development half of the FER+ validation faces this is the
smallest whose retrieval score is within a fiftieth of the best:

    deepexpr evaluate fit --data FERPLUS
"""

LARGEST_SHARPNESS = 4.0
"""Up to this power single precision holds every half-precision number's power."""


@dataclass(frozen=True, slots=True)
class RetrievalPreset:
    """Named, frozen settings of a ranking: φ = α·JSD + β·Geo.

    Attributes:
        feature_weight: α, weight of the Jensen-Shannon divergence (nats, 0 to ln 2).
        geometry_weight: β, weight of the standardised geometric distance (0 for equal
            measures, about 1 for unrelated ones).
        same_label_first: whether the shortlist's poses with the query's own label come
            first, ordered by geometry (see `search.same_label_then_geometry`).
        sharpness: power that features are raised to (see `SHARPNESS`); 1 compares them
            as they are.

    Raises:
        ValueError: if a weight is negative or not finite, both are 0, or the sharpness
            does not lie above 0 and up to `LARGEST_SHARPNESS`.
    """

    feature_weight: float
    geometry_weight: float
    same_label_first: bool = False
    sharpness: float = SHARPNESS

    def __post_init__(self) -> None:
        weights = (self.feature_weight, self.geometry_weight)
        if not all(0 <= weight < float("inf") for weight in weights) or not any(
            weights
        ):
            raise ValueError(
                "feature_weight and geometry_weight must be finite, not negative and "
                f"not both 0, but are {weights[0]} and {weights[1]}"
            )
        if not 0 < self.sharpness <= LARGEST_SHARPNESS:
            raise ValueError(
                f"sharpness must lie above 0 and up to {LARGEST_SHARPNESS:g}, but is "
                f"{self.sharpness}"
            )


RETRIEVAL_PRESETS: dict[str, RetrievalPreset] = {
    "features": RetrievalPreset(feature_weight=1.0, geometry_weight=0.0),
    "geometry": RetrievalPreset(feature_weight=0.0, geometry_weight=1.0),
    "features+geometry": RetrievalPreset(feature_weight=1.0, geometry_weight=0.04),
    "label-then-geometry": RetrievalPreset(
        feature_weight=1.0, geometry_weight=0.0, same_label_first=True
    ),
}
"""Presets by name.

`features+geometry` is the default. Its β is the largest that costs at most a fiftieth
of the retrieval score on the development half of the FER+ validation faces:

    deepexpr evaluate fit --data FERPLUS
"""

DEFAULT_PRESET = "features+geometry"
