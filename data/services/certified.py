"""What was erased, held against its certificate: lawfully erased, or simply gone?

A payload or a detail is erased lawfully when the audit chain itself says, in a row written with the erasure, that this
very row went under this certificate.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, String, or_, select, type_coerce

from data.schema import audit_detail, audit_log, certificate, evidence
from data.store import certificates
from data.store.certificates import Attested

TWO = "[0-9][0-9]"
TIME = f"{TWO}{TWO}-{TWO}-{TWO} {TWO}:{TWO}:{TWO}.{TWO}{TWO}{TWO}"


@dataclass
class Certified:
    """The certificates that hold, and how many rows of evidence were found erased under each."""

    attested: dict[int, Attested]
    erased: Counter[int] = field(default_factory=Counter)

    def evidence(self, number: int, certificate: int | None, at: datetime | None, there: bool) -> str | None:
        """Return what is wrong with evidence that is gone or marked as erased; None when all is in order."""
        if there:
            return f"evidence {number}: marked as erased, but its payload is there" if certificate or at else None
        if certificate is None:
            return f"evidence {number}: missing without a certificate"
        if number not in self.attested.get(certificate, Attested()).evidence or at is None:
            return f"evidence {number}: missing, and certificate {certificate} does not cover it"
        self.erased[certificate] += 1
        return None

    def details(self, tx: Connection) -> list[str]:
        """Return the audit details that are marked as erased and should not be."""
        c = audit_detail.c
        marked = or_(c.certificate_id.is_not(None), c.erased_at.is_not(None))
        loose = tx.scalars(select(c.seq).where(c.seq.not_in(select(audit_log.c.seq))).order_by(c.seq))
        wrong = [f"audit log: there is a detail of row {seq}, but no such row" for seq in loose]
        for row in tx.execute(select(c.seq, c.detail, c.certificate_id).where(marked).order_by(c.seq)):
            if row.detail is not None:
                wrong.append(f"audit log: the detail of row {row.seq} is marked as erased, but it is there")
            elif row.seq not in self.attested.get(row.certificate_id, Attested()).audit:
                wrong.append(f"audit log: the detail of row {row.seq} is missing, and no certificate covers it")
        return wrong


def misdated(tx: Connection) -> list[str]:
    """Return what was not erased when its certificate says so, and times that are not written as we write them."""
    wrong = []
    for table, name, number in ((evidence, "evidence", "id"), (audit_detail, "audit log: the detail of row", "seq")):
        other = select(table.c[number]).join_from(table, certificate, certificate.c.id == table.c.certificate_id)
        rows = tx.scalars(other.where(table.c.erased_at != certificate.c.at).order_by(table.c[number]))
        wrong += [f"{name} {n}: not erased when its certificate says" for n in rows]
    if tx.dialect.name == "sqlite":  # where any text may stand in place of a time, and may even be understood
        for column in (audit_log.c.at, evidence.c.received_at, evidence.c.erased_at, certificate.c.at):
            [key] = column.table.primary_key
            odd = column.is_not(None) & ~type_coerce(column, String).op("GLOB", is_comparison=True)(TIME)
            name = column.table.name.replace("_", " ")
            wrong += [f"{name} {n}: its time was changed" for n in tx.scalars(select(key).where(odd).order_by(key))]
    return wrong


def certified(tx: Connection) -> tuple[Certified, list[str]]:
    """Return what the chain attests of each certificate, and which certificates are not what they were."""
    attested, wrong = certificates.attested(tx), []
    there = {row.id: row for row in certificates.everything(tx)}
    for number in sorted({*attested, *there}):
        row, said = there.get(number), attested.get(number)
        if row is None:
            wrong.append(f"certificate {number}: it is missing")
        elif said is None or certificates.digest(row.at, row.actor, row.reason) != said.digest:
            wrong.append(f"certificate {number}: it is not the one of the audit log")
        elif (certificates.scope_digest(row.scope) if row.scope or said.closed else "") != said.closed:
            wrong.append(f"certificate {number}: its counts are not what they were")
    return Certified(attested), wrong
