import pytest

torch = pytest.importorskip("torch")

from deepexpr.networks.residual import (  # noqa: E402
    FEATURE_COUNT,
    RESIDUAL_PRESETS,
    ResidualNetwork,
)


@pytest.fixture
def network():
    torch.manual_seed(0)
    return ResidualNetwork(RESIDUAL_PRESETS["tiny"]).eval()


@pytest.mark.parametrize("name", sorted(RESIDUAL_PRESETS))
@torch.no_grad()
def test_every_preset_gives_features_and_logits(name):
    network = ResidualNetwork(RESIDUAL_PRESETS[name]).eval()
    features, logits = network(torch.rand(2, 1, 48, 48) * 255)
    assert features.shape == (2, FEATURE_COUNT)
    assert logits.shape == (2, 7)
    assert float(features.min()) >= 0


@torch.no_grad()
def test_brightness_does_not_matter_and_contrast_hardly(network):
    faces = torch.rand(1, 1, 48, 48) * 100
    plain, brighter, stronger = (
        network(view)[1] for view in (faces, faces + 50, faces * 2)
    )
    assert torch.allclose(plain, brighter, atol=1e-4)
    assert torch.allclose(plain, stronger, atol=0.05)


@torch.no_grad()
def test_a_flat_picture_is_answered_with_numbers(network):
    features, logits = network(torch.full((1, 1, 48, 48), 128.0))
    assert bool(torch.isfinite(features).all())
    assert bool(torch.isfinite(logits).all())


def test_the_default_network_is_small():
    network = ResidualNetwork(RESIDUAL_PRESETS["default"])
    weights = sum(parameter.numel() for parameter in network.parameters())
    assert weights < 6_000_000  # bytes, at one a weight
