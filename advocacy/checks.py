"""Checks at start, each with a sentence: what production needs, and that the named hooks exist."""
