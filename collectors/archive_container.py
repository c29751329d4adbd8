"""The zip or tar file of a download, as a set of named streams. Nothing is ever unpacked to disk.

Before anything is read, every member is looked at: paths that lead elsewhere, links, devices, encryption, and what
unpacks to far more than it could honestly hold are refused, and the whole download with them.
"""

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from collectors import archive_box as limits
from collectors.archive_box import Box, check_once, check_path, refused
from collectors.archive_tar import TarBox

SMALL = 4 * 2**20


class ZipBox:
    """A zip file."""

    def __init__(self, file: BinaryIO, subject: str) -> None:
        self._subject = subject
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise refused(subject, "it is cut off or damaged, so its contents cannot be listed") from error
        found = self._zip.infolist()
        if len(found) > limits.MEMBERS or sum(one.file_size for one in found) > limits.TOTAL:
            raise refused(subject, "it would unpack to more than any download holds")
        for one in found:
            self._check(one)
        self.names = tuple(one.filename for one in found)

    def _check(self, one: zipfile.ZipInfo) -> None:
        check_path(self._subject, one.orig_filename)
        mode = one.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise refused(self._subject, f"{one.filename[:80]!r} in it is a link or a device, not a file")
        if one.flag_bits & 0x41:
            raise refused(self._subject, "it is encrypted")
        if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refused(self._subject, f"{one.filename[:80]!r} in it is packed in an unusual way")
        if one.file_size > limits.RATIO * one.compress_size + limits.SLACK:
            raise refused(self._subject, f"{one.filename[:80]!r} in it would unpack to far more than it holds")

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Yield a member; `zipfile` gives no more of it than its directory says, and checks its sum at the end."""
        check_once(self._subject, list(self.names), name)
        try:
            stream = self._zip.open(name)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise refused(self._subject, f"{name} in it is damaged") from error
        with stream:
            yield cast("BinaryIO", stream)


def unbox(file: BinaryIO, subject: str) -> Box:
    """Return the members of a zip or tar file; raise `ArchiveError` for one that is damaged or dangerous."""
    file.seek(0)
    return ZipBox(file, subject) if file.read(2) == b"PK" else TarBox(file, subject)


def read_small(box: Box, name: str, subject: str) -> bytes:
    """Return a whole member of at most 4 MiB."""
    with box.open(name) as stream:
        content: bytes = stream.read(SMALL + 1)
    if len(content) > SMALL:
        raise refused(subject, f"{name} in it is far larger than it should be")
    return content
