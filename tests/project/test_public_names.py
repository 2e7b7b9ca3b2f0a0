import pytest

import deepexpr


def test_every_public_name_can_be_imported():
    missing = [name for name in deepexpr.__all__ if not hasattr(deepexpr, name)]
    assert missing == []


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        deepexpr.Nothing  # noqa: B018
