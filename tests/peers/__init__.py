"""Proof against servers that nobody of this project wrote: `make peers`."""
