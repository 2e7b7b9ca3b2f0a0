"""Numbers in text formats."""


def rounded(value: float, decimals: int = 6) -> float:
    """Return a number with few decimals, and 0 without a sign."""
    return round(float(value), decimals) + 0.0


def clamped(value: float, low: float = 0.0, high: float = 1.0) -> float:
    """Return the nearest number within [low, high]."""
    return min(max(float(value), low), high)
