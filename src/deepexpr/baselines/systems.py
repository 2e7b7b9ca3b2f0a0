"""All baselines of one character, in the order of the comparison sheet."""

from deepexpr.baselines.blendshape_copy import BlendshapeCopy
from deepexpr.baselines.character_animator import CharacterAnimatorLike
from deepexpr.baselines.deng_ma import DengMa
from deepexpr.baselines.facsgen import FacsGen
from deepexpr.baselines.geometry_only import GalleryPoseBaseline, geometry_only
from deepexpr.baselines.hapfacs import HapFacs
from deepexpr.baselines.mpeg4 import Mpeg4
from deepexpr.baselines.photo_face import Baseline
from deepexpr.characters.library import Character
from deepexpr.retrieval.gallery import Gallery
from deepexpr.retrieval.presets import DEFAULT_PRESET, RETRIEVAL_PRESETS


def compared_systems(character: Character, gallery: Gallery) -> tuple[Baseline, ...]:
    """Make ours and every baseline ready for a character.

    Args:
        character: whose poses they answer with.
        gallery: its gallery.

    Returns:
        DeepExpr first, then the baselines.
    """
    controls = character.model.controls
    return (
        GalleryPoseBaseline("DeepExpr", gallery, RETRIEVAL_PRESETS[DEFAULT_PRESET]),
        geometry_only(gallery),
        CharacterAnimatorLike(controls),
        BlendshapeCopy(controls),
        Mpeg4(character.model),
        HapFacs(controls),
        FacsGen(controls),
        DengMa(character),
    )
