"""The demo's two companies and their people, made through actions only. Never part of a real installation."""

SMALL = "northwind-instruments"  # the addresses of the two companies
LARGE = "aurora-rail"
