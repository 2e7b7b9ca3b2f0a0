"""Aligned faces → expression features and probabilities (ONNX Runtime)."""
