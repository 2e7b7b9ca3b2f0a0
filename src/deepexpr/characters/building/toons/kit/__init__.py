"""Modelling kit of the toons: surfaces, meshes, heads, eyes and brows from formulas."""
