"""Networks that recognise expressions (PyTorch; training only)."""
