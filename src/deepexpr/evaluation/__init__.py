"""Scores of what was predicted: the paper's tables, with its figures beside ours."""
