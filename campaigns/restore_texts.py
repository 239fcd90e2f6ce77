"""What a person reads about a post after the installation went back to an earlier copy of its data.

Kept beside the share, and translated where it is shown.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

# The reason of an attempt that the lost part of our records may have held.
MAY_BE_OUT = gettext_noop(
    "We had to go back to an earlier copy of our data, and that copy does not say whether this went out."
)
LOOKED = gettext_noop("We had to go back to an earlier copy of our data. We looked, and this post is not out.")
LOST = gettext_noop(
    "We had to go back to an earlier copy of our data, so we cannot see whether you changed this or took it back since."
)
