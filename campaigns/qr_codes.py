"""A code that a phone's camera reads, as inline SVG: no picture is stored and nothing is asked elsewhere."""

from __future__ import annotations

import io

import segno
from django.utils.safestring import SafeString, mark_safe

QUIET_ZONE = 4  # modules of white around it, as ISO/IEC 18004 asks; readers need it in the dark theme, too


def qr_svg(address: str) -> SafeString:
    """Dark on white in every theme: most readers do not take the inverse. Without words of its own."""
    drawn = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="svg", border=QUIET_ZONE, light="#fff", xmldecl=False, svgns=False, omitsize=True, nl=False)
    return mark_safe(drawn.getvalue().decode())  # noqa: S308  # drawn by segno of an address of ours
