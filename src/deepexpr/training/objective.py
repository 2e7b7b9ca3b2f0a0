"""What training minimises."""

from torch import Tensor
from torch.nn import functional


def distribution_loss(logits: Tensor, targets: Tensor, weight: Tensor) -> Tensor:
    """Cross-entropy against label distributions, averaged over the batch.

    Args:
        logits: (B, C).
        targets: (B, C) rows summing to 1.
        weight: (B,) weight of each face.
    """
    loss = -(targets * functional.log_softmax(logits.float(), dim=1)).sum(dim=1)
    return (weight * loss).mean()


def alignment_loss(
    features: Tensor, targets: Tensor, domain: Tensor, temperature: float = 0.1
) -> Tensor:
    """Draw faces of one expression together across the two domains.

    Supervised contrastive loss (Khosla et al. 2020) between people and characters only.
    Similarity is the cosine of the features: the Bhattacharyya coefficient of the
    squared features read as distributions, which bounds their Jensen-Shannon divergence
    (retrieval sharpens further: see `retrieval.presets.SHARPNESS`). How far a pair
    belongs together is the overlap of its label distributions.

    Args:
        features: (B, D) non-negative features.
        targets: (B, C) label distributions.
        domain: (B,) 0 for people, 1 for characters.
        temperature: smaller is stricter.
    """
    people, characters = domain == 0, domain == 1
    if not bool(people.any()) or not bool(characters.any()):
        return features.sum() * 0
    directions = functional.normalize(features.float(), dim=1)
    similarity = directions[people] @ directions[characters].T / temperature
    together = targets[people] @ targets[characters].T
    towards_characters = _contrast(similarity, together)
    towards_people = _contrast(similarity.T, together.T)
    return (towards_characters + towards_people) / 2


def _contrast(similarity: Tensor, together: Tensor) -> Tensor:
    share = together / together.sum(dim=1, keepdim=True).clamp_min(1e-6)
    return -(share * functional.log_softmax(similarity, dim=1)).sum(dim=1).mean()
