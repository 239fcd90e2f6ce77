"""The program that opens one stranger's video, GIF or PDF, in a process of its own that can be killed.

Run by `media_process.py` with what is wanted, two paths (the file, and an empty folder for what comes of it) and the
caps. It answers one line of JSON. Sizes, lengths and pages are counted before anything is decoded. It imports no
Django, opens no connection (no protocol but a file's is known to it, and where the system allows it has no network at
all), and of the original nothing goes on but what one sees and hears: no place, no maker, no comment, no attachment,
no script.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[2]))  # run alone, and behind all that Python brings

from integrations.media_cage.caps import Caps, Refused  # noqa: E402
from integrations.media_cage.documents import document  # noqa: E402
from integrations.media_cage.gifs import gif  # noqa: E402
from integrations.media_cage.renditions import rendition  # noqa: E402
from integrations.media_cage.videos import video  # noqa: E402

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_PDEATHSIG = 1
LESS_URGENT = 10  # than what people wait for
WANTED = {"video": video, "gif": gif, "pdf": document, "rendition": rendition}


def main() -> None:
    wanted, source, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    caps = Caps(*(int(word) for word in sys.argv[4:]))
    _shut_in(caps)
    try:
        told: dict[str, Any] = WANTED[wanted](source, folder, caps)
    except Refused as refused:
        told = {"refused": refused.args[0]}
    except MemoryError:
        told = {"refused": "too_much"}
    except OSError as error:
        told = {"refused": "too_large" if error.errno == 27 else "unreadable"}  # EFBIG: the cap on what may be written
    except Exception as error:  # whatever a broken file makes a library raise, it cannot be read
        told = {"refused": "too_many_pixels" if type(error).__name__ == "DecompressionBombError" else "unreadable"}
    sys.stdout.write(json.dumps(told) + "\n")


def _shut_in(caps: Caps) -> None:
    with contextlib.suppress(Exception):  # not every system lets a program give up its network
        ctypes.CDLL(None).unshare(CLONE_NEWUSER | CLONE_NEWNET)
    with contextlib.suppress(Exception):  # nor end with the worker that began it
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.nice(LESS_URGENT)
    resource.setrlimit(resource.RLIMIT_AS, (caps.memory, caps.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (caps.cpu, caps.cpu + 5))  # the first ends it with a signal of its own
    resource.setrlimit(resource.RLIMIT_FSIZE, (caps.written, caps.written))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
