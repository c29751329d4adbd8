"""The download of a Bluesky account: its repository (a CAR file), read by the functions that collect its posts."""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

import libipld

from collectors.archive import Archive, Bad, Damaged, Place, Row
from collectors.archive_box import refused
from collectors.archive_car import Repository
from collectors.archive_records import as_json, tid_time
from collectors.bluesky_identity import Identity
from collectors.bluesky_posts import POST, REPOST, NotUnderstood, to_item
from data.errors import ArchiveError
from data.model import Account


def open_bluesky(file: BinaryIO, subject: str, account: Account, who: Identity, received_at: datetime) -> Archive:
    """Open a repository; raise `ArchiveError` when it is none, or not one of this account.

    `who` is the account as the network or the register knows it: its DID, and the server that keeps its pictures.
    """
    try:
        repository = Repository(file)
    except Damaged as problem:
        raise refused(subject, str(problem)) from problem
    if repository.did != who.did:
        raise ArchiveError(
            f"{subject} is the repository of {repository.did}, not of {account.handle} (account {account.id}), "
            f"which is {who.did}. Nothing was taken in. Name the right account, or correct it in the register."
        )
    made = tid_time(repository.rev)
    return Archive(_rows(repository, subject, who, received_at), who.did, min(made, received_at) if made else None)


def _rows(repository: Repository, subject: str, who: Identity, received_at: datetime) -> Iterator[Row]:
    number = 0
    try:
        for number, (path, cid) in enumerate(repository.paths((POST, REPOST)), 1):
            yield _row(Place(subject, number), repository, path, cid, who, received_at)
    except Damaged as problem:
        yield Bad(Place(subject, number + 1), f"the file cannot be read from here on: {problem}")


def _row(where: Place, repository: Repository, path: str, cid: bytes, who: Identity, received_at: datetime) -> Row:
    try:
        record = {
            "uri": f"at://{who.did}/{path}",
            "cid": libipld.encode_cid(cid),
            "value": as_json(repository.block(cid)),
        }
        return to_item(record, who.did, who.pds, received_at)
    except (NotUnderstood, Damaged, RecursionError, ValueError) as problem:
        known = isinstance(problem, NotUnderstood | Damaged)
        return Bad(where, str(problem) if known else "a record that makes no sense")
