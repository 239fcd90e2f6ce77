"""Kills workers with -9 while shares go out to misbehaving networks, and lets a judge of its own count what arrived."""
