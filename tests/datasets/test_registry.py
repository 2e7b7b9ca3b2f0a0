from pathlib import Path

import pytest

from deepexpr.core.errors import DatasetError
from deepexpr.datasets.base import Domain
from deepexpr.datasets.registry import DATASETS, dataset_adapter, read_dataset
from tests.datasets.miniature import write_picture

GUIDE = Path(__file__).parents[2] / "docs" / "datasets.md"


@pytest.mark.parametrize("name", DATASETS)
def test_every_data_set_is_registered_under_its_name_and_documented(name):
    assert DATASETS[name].name == name
    assert f"`{name}`" in GUIDE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DATASETS)
def test_every_adapter_says_what_an_empty_folder_lacks(name, tmp_path):
    with pytest.raises(DatasetError, match=r"docs/datasets\.md") as caught:
        read_dataset(name, tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", DATASETS)
def test_every_adapter_says_that_its_folder_is_missing(name, tmp_path):
    with pytest.raises(DatasetError, match="nowhere"):
        read_dataset(name, tmp_path / "nowhere")


def test_samples_carry_the_name_of_their_data_set(tmp_path):
    write_picture(tmp_path / "KA.AN1.39.tiff")
    found = read_dataset("jaffe", tmp_path)
    assert found.dataset == found.samples[0].dataset == "jaffe"


def test_a_misspelt_name_gets_a_proposal():
    with pytest.raises(DatasetError, match="did you mean 'ckplus'"):
        dataset_adapter("ckplu")
    with pytest.raises(DatasetError, match="called 'zzz'; Known: ckplus, disfa"):
        dataset_adapter("zzz")


def test_both_domains_are_there():
    assert {adapter.domain for adapter in DATASETS.values()} == set(Domain)
