"""Benchmarks that are run by hand; nothing of the package imports them."""
