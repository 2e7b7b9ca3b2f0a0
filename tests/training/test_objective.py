import math

import pytest

torch = pytest.importorskip("torch")

from deepexpr.training.objective import alignment_loss, distribution_loss  # noqa: E402


def test_equal_logits_cost_the_entropy_of_seven_classes():
    loss = distribution_loss(torch.zeros(2, 7), torch.eye(7)[:2], torch.ones(2))
    assert float(loss) == pytest.approx(math.log(7))


def test_a_face_without_weight_costs_nothing():
    weight = torch.tensor([1.0, 0.0])
    loss = distribution_loss(torch.zeros(2, 7), torch.eye(7)[:2], weight)
    assert float(loss) == pytest.approx(math.log(7) / 2)


def test_alignment_prefers_like_expressions_to_lie_together():
    targets = torch.eye(7)[[0, 3, 0, 3]]
    domain = torch.tensor([0.0, 0, 1, 1])
    joined = torch.tensor([[1.0, 0], [0, 1], [1, 0], [0, 1]])
    crossed = torch.tensor([[1.0, 0], [0, 1], [0, 1], [1, 0]])
    near = alignment_loss(joined, targets, domain)
    far = alignment_loss(crossed, targets, domain)
    assert float(near) < 0.01 < 1 < float(far)


def test_one_domain_alone_has_nothing_to_align():
    features = torch.rand(3, 4, requires_grad=True)
    loss = alignment_loss(features, torch.eye(7)[:3], torch.zeros(3))
    assert float(loss.detach()) == 0


def test_similarity_is_the_bhattacharyya_coefficient_of_squared_features():
    features = torch.tensor([[3.0, 4.0], [4.0, 3.0], [0.0, 1.0]])
    shares = features.square() / features.square().sum(dim=1, keepdim=True)
    overlap = (shares[:1].sqrt() * shares[1:].sqrt()).sum(dim=1)
    assert overlap.tolist() == pytest.approx([0.96, 0.8])
    loss = alignment_loss(
        features, torch.eye(7)[[0, 0, 1]], torch.tensor([0.0, 1, 1]), temperature=1.0
    )
    towards_characters = math.log(math.exp(0.96) + math.exp(0.8)) - 0.96
    # Seen from the first character the only person is certain: it costs nothing.
    assert float(loss) == pytest.approx(towards_characters / 2, abs=1e-6)
