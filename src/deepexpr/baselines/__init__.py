"""The systems that the paper compares with, as working baselines on our characters."""
