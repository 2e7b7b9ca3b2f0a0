"""What every stage shares: expressions, landmarks, pictures, errors, whole files."""
