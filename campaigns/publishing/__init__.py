"""The publishing engine: wake, claim, prepare, intent, send, record, settle, clocks, watchdog (design.md §5).

Plain Python over PostgreSQL: the row is the queue. Celery tasks and `manage.py publish` call the same loop; nothing in
this package imports Celery. Read `loop.py` first.
"""
