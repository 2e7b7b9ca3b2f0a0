"""Results in the forms that people and programs use: JSON, poses, contact sheets."""
