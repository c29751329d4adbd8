"""What people did about alerts, out of their events: how often the owner was heard, and a decision changed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from data.model import AlertStatus
from data.schema import alert_event, finding, model
from data.store.rows import AnyRow

TOLD = ("ask_reply", "reply", "decide", "appeal", "undo", "undo_appeal", "second_look", "differ")


@dataclass(frozen=True, slots=True)
class Involved:
    """How often, over some alerts: `heard` appeals were decided anew, `overturned` of them with another judgement.

    `asked` owners were asked for their side, `replied` answered, once an alert; `taken_back` decisions were undone by
    who took them; `second_looks` were asked for, `differed` came to another view.
    """

    asked: int = 0
    replied: int = 0
    appealed: int = 0
    heard: int = 0
    overturned: int = 0
    taken_back: int = 0
    second_looks: int = 0
    differed: int = 0


def involved(tx: Connection, alert_ids: Collection[int]) -> Involved:
    """Return what people did about some alerts."""
    e, wanted = alert_event.c, set(alert_ids)
    query = select(e.alert_id, e.action, e.from_status, e.detail).where(e.action.in_(TOLD)).order_by(e.id)
    by_alert: dict[int, list[AnyRow]] = defaultdict(list)
    for row in tx.execute(query):
        if row.alert_id in wanted:
            by_alert[row.alert_id].append(row)
    actions = [[row.action for row in rows] for rows in by_alert.values()]
    heard = [changed for rows in by_alert.values() for changed in appeals(rows)]
    return Involved(
        asked=sum("ask_reply" in one for one in actions),
        replied=sum("reply" in one for one in actions),
        appealed=sum(one.count("appeal") for one in actions),
        heard=len(heard),
        overturned=sum(heard),
        taken_back=sum(one.count("undo") + one.count("undo_appeal") for one in actions),
        second_looks=sum(one.count("second_look") for one in actions),
        differed=sum(one.count("differ") for one in actions),
    )


def appeals(steps: Sequence[AnyRow]) -> list[bool]:
    """Return, for each appeal of an alert that was decided anew, whether the judgement changed."""
    found, last = [], ""
    for step in steps:
        if step.action != "decide":
            continue
        judgement = str(step.detail.get("judgement", ""))
        if step.from_status == AlertStatus.APPEALED:
            found.append(judgement != last)
        last = judgement
    return found


def last_model(tx: Connection) -> Mapping[str, Any] | None:
    """Return the model that judged last, as the store knows it (hash, name, manifest, activated_at), or None."""
    newest = select(finding.c.model_hash).order_by(finding.c.id.desc()).limit(1).scalar_subquery()
    row = tx.execute(select(*model.c).where(model.c.hash == newest)).first()
    return dict(row._mapping) if row else None
