"""Adapters: a published data set's folder on disk → labelled samples."""
