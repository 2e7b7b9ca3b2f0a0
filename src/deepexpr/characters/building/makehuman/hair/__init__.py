"""Hair styles: a cap on the scalp and clumps of strands combed over it."""
