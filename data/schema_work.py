"""The tables of those who work: leases, and the workers that answer what screens ask. See `data.schema`."""

from sqlalchemy import Column, String, Table, UniqueConstraint

from data.columns import key, metadata, ref, text, time

# fmt: off
lease = Table(
    "lease", metadata, Column("name", String(128), primary_key=True, comment="what is held, such as collect:bins"),
    text("holder", "host, process and mark"), time("taken_at", "since", required=True),
    time("until", "ends by itself", required=True),
    comment="what one process at a time may do; ends by itself when its holder is gone",
)
worker = Table(
    "worker", metadata, key(), text("holder", "host, process and mark"), time("started_at", "start", required=True),
    time("seen_at", "last sign of life", required=True), time("stopped_at", "when it ended as it should"),
    text("doing", "what it is at, in a few words"), comment="processes that collect, scan and answer requests",
)
identity = Table(
    "identity", metadata, key(), ref("person_id", "person.id", "who"), text("issuer", "who vouches"),
    text("subject", "lasting id there"), time("linked_at", "first sign-in", required=True),
    UniqueConstraint("issuer", "subject"), comment="who a person is to a service that signs people in",
)
