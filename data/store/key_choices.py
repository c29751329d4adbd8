"""Which keys people have chosen, in the store."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from data.keys import NONE, Keys, Step
from data.schema_notices import key_choice


def of(tx: Connection, person_id: int) -> Keys:
    """Return a person's keys, none when they have chosen none."""
    kept = tx.scalar(select(key_choice.c.chosen).where(key_choice.c.person_id == person_id))
    return {Step(step): str(key) for step, key in kept.items()} if kept else NONE


def put(tx: Connection, person_id: int, chosen: Keys, now: datetime) -> None:
    """Keep a person's keys in place of those before."""
    tx.execute(delete(key_choice).where(key_choice.c.person_id == person_id))
    if chosen:
        tx.execute(insert(key_choice).values(person_id=person_id, chosen=dict(chosen), changed_at=now))
