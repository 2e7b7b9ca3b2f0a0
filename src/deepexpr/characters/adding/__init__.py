"""Makes a character folder of a model that somebody else made."""
