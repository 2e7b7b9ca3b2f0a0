"""Ranking of a gallery by expression: divergence, geometry, exact search."""
