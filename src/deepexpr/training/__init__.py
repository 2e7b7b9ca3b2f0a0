"""Training of expression networks (needs the extra `train`)."""
