"""Prepared faces: everything that training needs of a data set, in one file.

Source pictures stay as they are; each carries the framings it may be seen in, so that a
training view is sampled from the source in one step.
"""

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.arrays import check_shape
from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import EXPRESSIONS
from deepexpr.core.files import whole_file

WHOLE_PICTURE = np.array([[1, 0, 0], [0, 1, 0]], np.float32)
"""The framing that shows the source picture as it is."""


@dataclass(frozen=True, slots=True)
class FaceSet:
    """N prepared faces of one domain.

    Attributes:
        faces: (N, S, S) uint8 grey source pictures.
        frames: (N, 2, 2, 3) float32; two framings, the whole picture and the registered
            face, each mapping view coordinates in [-1, 1]² to source coordinates in
            [-1, 1]². Where a face could not be registered both are the same.
        targets: (N, 7) float32 label distributions.
        label: (N,) int64 index of the expression that counts as right; -1 for none.
        weight: (N,) float32 weight in the loss, in [0, 1].
        group: (N,) what must stay on one side of a split: the picture's name, or the
            key poses that a render lies between.
    """

    faces: NDArray[np.uint8]
    frames: NDArray[np.float32]
    targets: NDArray[np.float32]
    label: NDArray[np.int64]
    weight: NDArray[np.float32]
    group: NDArray[np.str_]

    def __post_init__(self) -> None:
        count = len(self.faces)
        check_shape("faces", self.faces, (count, None, None))
        check_shape("frames", self.frames, (count, 2, 2, 3))
        check_shape("targets", self.targets, (count, len(EXPRESSIONS)))
        for name in ("label", "weight", "group"):
            check_shape(name, getattr(self, name), (count,))

    def __len__(self) -> int:
        return len(self.faces)

    def subset(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "FaceSet":
        """Return the chosen faces, by mask or by index."""
        return FaceSet(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def save(self, path: Path) -> None:
        """Write the set as one compressed .npz file, whole or not at all."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self)}
        with whole_file(path) as partial, partial.open("wb") as file:
            np.savez_compressed(file, **arrays)

    @classmethod
    def load(cls, path: Path) -> "FaceSet":
        """Read a set written by `save`.

        Raises:
            DatasetError: if the file is missing, damaged or something else.
        """
        try:
            with np.load(path, allow_pickle=False) as stored:
                return cls(*(stored[field.name] for field in fields(cls)))
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise DatasetError(
                f"{path}: is no prepared face set ({error}); run `deepexpr train "
                "prepare` again"
            ) from error


def concatenate(sets: list[FaceSet]) -> FaceSet:
    """Join face sets whose pictures have the same size."""
    return FaceSet(
        *(
            np.concatenate([getattr(part, field.name) for part in sets])
            for field in fields(FaceSet)
        )
    )
