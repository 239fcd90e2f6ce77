"""The wiring: settings, addresses, the Celery app, and the programs that run on one machine."""

import gc

# What a program loads at its start stays to its end; the usual 700 would look through it for rubbish hundreds of times.
gc.set_threshold(20_000, 20, 20)
