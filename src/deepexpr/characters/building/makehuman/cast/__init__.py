"""The seven characters on the MakeHuman head, as data."""

from deepexpr.characters.building.makehuman.cast.grub import GRUB
from deepexpr.characters.building.makehuman.cast.gus import GUS
from deepexpr.characters.building.makehuman.cast.kai import KAI
from deepexpr.characters.building.makehuman.cast.leo import LEO
from deepexpr.characters.building.makehuman.cast.mia import MIA
from deepexpr.characters.building.makehuman.cast.rosa import ROSA
from deepexpr.characters.building.makehuman.cast.zuri import ZURI

CAST = {plan.name: plan for plan in (MIA, LEO, GUS, ZURI, KAI, ROSA, GRUB)}
"""Plan of each character by name."""
