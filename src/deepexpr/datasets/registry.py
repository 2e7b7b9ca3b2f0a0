"""The data sets that can be read, by name."""

from difflib import get_close_matches
from pathlib import Path

from deepexpr.core.errors import DatasetError
from deepexpr.datasets import (
    affectnet,
    character_database,
    ckplus,
    disfa,
    ferg,
    ferplus,
    jaffe,
    kdef,
    labelled,
    mmi,
    rafdb,
)
from deepexpr.datasets.base import DatasetAdapter, SampleSet

DATASETS: dict[str, DatasetAdapter] = {
    "ckplus": ckplus.ADAPTER,
    "disfa": disfa.ADAPTER,
    "kdef": kdef.ADAPTER,
    "mmi": mmi.ADAPTER,
    "ferplus": ferplus.ADAPTER,
    "rafdb": rafdb.ADAPTER,
    "affectnet": affectnet.ADAPTER,
    "jaffe": jaffe.ADAPTER,
    "ferg": ferg.ADAPTER,
    "characters": character_database.ADAPTER,
    "labelled": labelled.ADAPTER,
}
"""Adapters by name: people first, then characters."""


def dataset_adapter(name: str) -> DatasetAdapter:
    """Adapter of that name.

    Raises:
        DatasetError: if there is none; the message proposes a name.
    """
    if name in DATASETS:
        return DATASETS[name]
    close = get_close_matches(name, DATASETS, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    raise DatasetError(
        f"no data set is called {name!r}; {hint}Known: {', '.join(DATASETS)}"
    )


def read_dataset(name: str, folder: Path) -> SampleSet:
    """Samples of a data set folder.

    Args:
        name: key in `DATASETS`.
        folder: where the set lies.

    Raises:
        DatasetError: if the name is unknown, or the folder does not hold that set.
    """
    return dataset_adapter(name).read(folder)
