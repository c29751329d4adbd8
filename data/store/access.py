"""Everything that is held about one person, as rows: each function is one section of what they are given."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from data.model import AlertStatus
from data.schema import (
    account,
    account_person,
    alert,
    alert_hit,
    application,
    audit_detail,
    audit_log,
    metadata,
    opinion,
    panel_member,
    passport_event,
    person,
    person_role,
    post,
    rating,
    reply,
    request,
    review,
    session,
    support,
    version,
)
from data.schema_register import assurance, employment, member_choice, training_record
from data.schema_samples import sample_item
from data.schema_work import identity
from data.store import unnaming
from data.store.rows import within

Section = list[dict[str, Any]]
TRAINING = ("course", "completed_on", "refresher_due", "policies", "talk_on")
CHOICE = ("account_id", "joined_at", "withdrawn_at", "reason")
SAID = ("account_id", "at", "what", "reason")
TOLD = frozenset(  # the tables that have a section of their own, or a better one
    {
        *("person_role", "session", "application", "account_person", "reply", "rating", "review", "opinion"),
        *("alert", "support", "employment", "training_record", "member_choice", "assurance", "panel_member"),
        *("identity", "sample_item"),
    }
)
ABOUT_OTHERS = frozenset({"line_manager_id", "taken_up_by"})  # a row that names them there is about somebody else


def sections(tx: Connection, person_id: int, names: list[str], private: Collection[str]) -> dict[str, Section]:
    """Return the sections by name: rows as they are stored, without passwords or tokens.

    `names` are what they are called, as `unnaming.called` says. Of requests of the kinds `private` it is told that they
    are there, and not what they say. What they thought of an alert is not told while it waits for a second look.
    """
    named = unnaming.details_naming(tx, names)
    queries = _own(person_id) | _asked(person_id, names, private) | _of_accounts(person_id) | _others(person_id)
    queries |= _audited(person_id, named)
    return {name: [dict(row._mapping) for row in tx.execute(query)] for name, query in queries.items()}


def held_ever(tx: Connection, person_id: int) -> list[str]:
    """Return the accounts a person holds or held."""
    c = account_person.c
    return sorted(set(tx.scalars(select(c.account_id).where(c.person_id == person_id))))


def others(tx: Connection, person_id: int) -> list[tuple[int, str, str]]:
    """Return number, e-mail address and name of everyone else."""
    rows = tx.execute(select(person.c.id, person.c.email, person.c.name).where(person.c.id != person_id))
    return [(row.id, row.email, row.name) for row in rows]


def _own(person_id: int) -> dict[str, Select[Any]]:
    p, r, s, a, v = person.c, person_role.c, session.c, account_person.c, review.c
    return {
        "person": select(p.id, p.email, p.name, p.active, p.created_at, p.failed_signins).where(p.id == person_id),
        "roles": select(r.role, r.since, r.until).where(r.person_id == person_id).order_by(r.id),
        "accounts held": select(a.account_id, a.link, a.since, a.until).where(a.person_id == person_id).order_by(a.id),
        "applications": select(application.c.submitted_at, application.c.department, application.c.note).where(
            application.c.submitted_by == person_id
        ),
        "work": select(employment.c.department, employment.c.since, employment.c.last_day, employment.c.until).where(
            employment.c.person_id == person_id
        ),
        "training": select(*(training_record.c[n] for n in TRAINING)).where(training_record.c.person_id == person_id),
        "own choice": select(*(member_choice.c[n] for n in CHOICE)).where(member_choice.c.person_id == person_id),
        "said of accounts": select(*(assurance.c[n] for n in SAID)).where(assurance.c.person_id == person_id),
        "votes on the panel": select(passport_event.c.at, panel_member.c.vote, panel_member.c.interest)
        .join_from(panel_member, passport_event)
        .where(panel_member.c.person_id == person_id),
        "replies": select(reply.c.at, reply.c.alert_id, reply.c.text, reply.c.companion).where(
            reply.c.person_id == person_id
        ),
        "ratings": select(rating.c.at, rating.c.fair, rating.c.clear, rating.c.useful, rating.c.note).where(
            rating.c.person_id == person_id
        ),
        "decisions made": select(v.at, v.alert_id, v.judgement, v.outcome, v.clause, v.reason).where(
            v.reviewer_id == person_id
        ),
        **_opinions(person_id),
        **_read(person_id),
        "sign-ins": select(s.created_at, s.expires_at, s.revoked_at).where(s.person_id == person_id),
        "signs in through": select(identity.c.issuer, identity.c.subject, identity.c.linked_at).where(
            identity.c.person_id == person_id
        ),
    }


def _asked(person_id: int, names: list[str], private: Collection[str]) -> dict[str, Select[Any]]:
    """Return what they asked of the worker or of an officer, and what they did as the one who acts."""
    r, e, me = request.c, passport_event.c, [*names, f"person:{person_id}"]
    return {
        "requests of screens": select(r.asked_at, r.kind, r.subject).where(r.asked_by.in_(me), r.kind.not_in(private)),
        "questions asked first": select(r.asked_at, r.kind, r.done_at).where(r.asked_by.in_(me), r.kind.in_(private)),
        "steps of passports": select(e.at, e.action, e.reason, e.conditions).where(e.actor.in_(me)),
    }


def _read(person_id: int) -> dict[str, Select[Any]]:
    """Return the posts of samples that they read, and what they answered."""
    i = sample_item.c
    mine = or_(i.taken_by == person_id, i.answered_by == person_id)
    read = select(i.id, i.answered_at, i.judgement, i.categories).where(mine)
    return {"posts of samples read": read.order_by(i.id)}


def _opinions(person_id: int) -> dict[str, Select[Any]]:
    """Leave out what a second reviewer must not read, whoever asks: they would read it before they judge."""
    o, waits = opinion.c, alert.c.status == AlertStatus.SECOND_LOOK
    own, on = o.person_id == person_id, alert.c.id == o.alert_id
    given = select(o.at, o.alert_id, o.judgement, o.reason).join_from(opinion, alert, on).where(own, ~waits)
    number = select(func.count().label("number")).join_from(opinion, alert, on).where(own, waits)
    return {
        "opinions given": given.order_by(o.id),
        "opinions not told before a second look": number.having(func.count() > 0),
    }


def _others(person_id: int) -> dict[str, Select[Any]]:
    """Return the sections of all further tables with rows about them: notices, and what comes."""
    found = {}
    for table in metadata.sorted_tables:
        told = [c for c in table.columns if c.name not in ABOUT_OTHERS]
        mine = [c for c in told for key in c.foreign_keys if key.column is person.c.id]
        if mine and table.name not in TOLD:
            found[table.name.replace("_", " ")] = select(*table.c).where(or_(*(c == person_id for c in mine)))
    return found


def _of_accounts(person_id: int) -> dict[str, Select[Any]]:
    """What is about the accounts in their hands, while they held them."""
    h = account_person.c
    then = and_(h.person_id == person_id, h.account_id == post.c.account_id)
    alerts = select(alert.c.id, post.c.account_id, alert.c.opened_at, alert.c.status, version.c.text.label("post"))
    alerts = alerts.distinct().join_from(alert, post, post.c.id == alert.c.post_id)
    alerts = alerts.join(version, version.c.id == alert.c.version_id).join(account_person, then)
    met = select(alert_hit.c.alert_id, alert_hit.c.clause, alert_hit.c.title, alert_hit.c.at).distinct()
    met = met.join_from(alert_hit, alert).join(post, post.c.id == alert.c.post_id).join(account_person, then)
    reviews = select(review.c.at, review.c.alert_id, review.c.judgement, review.c.outcome, review.c.reason).distinct()
    reviews = reviews.join_from(review, alert, alert.c.id == review.c.alert_id)
    reviews = reviews.join(post, post.c.id == alert.c.post_id).join(account_person, then)
    given = select(support.c.given_at, support.c.kind, support.c.text, support.c.due, support.c.taken_up_at).distinct()
    own = and_(h.person_id == person_id, h.account_id == support.c.account_id)
    return {
        "alerts on accounts held": alerts.where(_during(alert.c.opened_at)).order_by(alert.c.id),
        "clauses met": met.where(_during(alert_hit.c.at)).order_by(alert_hit.c.alert_id),
        "decisions on accounts held": reviews.where(_during(review.c.at)).order_by(review.c.at),
        "advice and training": given.join_from(support, account).join(account_person, own),
    }


def _during(at: ColumnElement[Any]) -> ColumnElement[bool]:
    h = account_person.c
    return (h.since <= at) & or_(h.until.is_(None), h.until >= at)


def _audited(person_id: int, named: list[int]) -> dict[str, Select[Any]]:
    c, d, me = audit_log.c, audit_detail.c.detail, f"person:{person_id}"
    query = select(c.at, c.actor, c.action, c.subject, d.label("detail")).join_from(audit_log, audit_detail)
    return {"audit log": query.where(or_(c.actor == me, c.subject == me, within(c.seq, named))).order_by(c.seq)}
