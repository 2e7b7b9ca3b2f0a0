"""Surfaces that toons are made of."""

from deepexpr.characters.building.rig_source import MaterialSource


def felt(
    *,
    subsurface: float,
    rim: float,
    noise: tuple[float, float] = (0.10, 16.0),
    bump: float = 0.20,
    specular: float = 0.015,
    roughness: float = 0.8,
) -> MaterialSource:
    """A soft, uneven surface; seen from both sides, since lids are open sheets.

    Args:
        subsurface: softness of the terminator.
        rim: brightness of the grazing-angle glow.
        noise: strength and frequency of the colour noise.
        bump: strength of the noise in the surface normal.
        specular: reflectance at normal incidence.
        roughness: 0 mirror to 1 chalk.
    """
    return MaterialSource(
        kind="felt",
        roughness=roughness,
        specular=specular,
        subsurface=subsurface,
        rim=rim,
        noise_amount=noise[0],
        noise_frequency=noise[1],
        bump=bump,
        double_sided=True,
    )


def plain(
    specular: float = 0.04,
    roughness: float = 0.4,
    rim: float = 0.1,
    ambient_floor: float = 0.0,
) -> MaterialSource:
    """A hard surface; a floor of light keeps teeth bright in a dark mouth."""
    return MaterialSource(
        kind="plain",
        roughness=roughness,
        specular=specular,
        rim=rim,
        ambient_floor=ambient_floor,
        double_sided=True,
    )
