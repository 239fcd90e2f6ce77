"""What opens strangers' videos, GIFs and PDFs: `program.py`, run in a process of its own that can be killed.

Nothing here knows Django; nothing opens a connection. `media_process.py` runs it and knows its words.
"""
