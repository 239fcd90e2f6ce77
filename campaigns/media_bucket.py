"""Media in a bucket of an S3-compatible server: `settings.STORAGES["media"]` where S3_BUCKET names one.

Nothing in it is public: whoever may see a file gets it through our own addresses.
"""

from __future__ import annotations

from collections.abc import Iterator

from storages.backends.s3 import S3Storage

PIECE = 262_144  # bytes in the memory at once


class MediaBucket(S3Storage):  # type: ignore[misc]  # django-storages ships no types
    """A bucket of an S3-compatible server. Large files go there in parts, and come from there a piece at a time."""

    def pieces(self, name: str, first: int, last: int) -> Iterator[bytes]:
        answer = self.bucket.Object(self._normalize_name(name)).get(Range=f"bytes={first}-{last}")
        yield from answer["Body"].iter_chunks(PIECE)
