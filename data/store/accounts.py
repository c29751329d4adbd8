"""Accounts, who holds them, and their passports."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from data import passport as rules
from data.errors import NotFound
from data.model import Account, AccountKind, Passport, PassportState, Platform
from data.schema import account, account_person, passport, passport_event, person
from data.schema_reports import account_department
from data.store.rows import AnyRow, Rows, insert_one

COLUMNS = ("id", "platform", "handle", "url", "kind", "department", "service_url", "plc_url", "platform_id")
CASE = ("purpose", "audience", "cadence", "lawful_basis", "dpia_ref")
DATES = ("notice_date", "review_date", "renewal_date")


def add(tx: Connection, new: Account, now: datetime) -> None:
    """Add an account to the register."""
    tx.execute(insert(account).values(**asdict(new), created_at=now))
    tx.execute(insert(account_department).values(account_id=new.id, department=new.department, since=now))


def get(tx: Connection, account_id: str) -> Account:
    """Return one account; raise `NotFound`."""
    row = tx.execute(_select().where(account.c.id == account_id)).first()
    if row is None:
        raise NotFound(f"No account {account_id} is on the register. See: postreeve account list")
    return _account(row)


def several(tx: Connection, account_ids: Sequence[str]) -> list[Account]:
    """Return accounts in the order of their ids; raise `NotFound` for the first that is not on the register."""
    found = {one.id: one for one in map(_account, tx.execute(_select().where(account.c.id.in_(account_ids))))}
    return [found[one] if one in found else get(tx, one) for one in account_ids]


def everything(tx: Connection) -> list[Account]:
    """Return every account in the order of the register's ids."""
    return [_account(row) for row in tx.execute(_select().order_by(account.c.id))]


def ids(tx: Connection) -> set[str]:
    """Return the ids on the register."""
    return set(tx.scalars(select(account.c.id)))


def registered_at(tx: Connection) -> dict[str, datetime]:
    """Return when each account came onto the register."""
    return {row.id: row.created_at for row in tx.execute(select(account.c.id, account.c.created_at))}


def learn_platform_id(tx: Connection, account_id: str, platform_id: str) -> None:
    """Keep the platform's lasting id once it is known."""
    tx.execute(update(account).where(account.c.id == account_id).values(platform_id=platform_id))


def set_url(tx: Connection, account_id: str, url: str) -> None:
    """Correct the public address of an account."""
    tx.execute(update(account).where(account.c.id == account_id).values(url=url))


def live_at_same_place(tx: Connection, found: Account) -> str | None:
    """Return the id of another account on the same platform and address whose passport is live, or None.

    Letter case and a slash at the end make no other address, as within a register's file.
    """
    column, own = (account.c.url, found.url) if found.url else (account.c.handle, found.handle)
    place = func.lower(func.rtrim(column, "/")) == own.rstrip("/").lower()
    others = select(account.c.id).where(account.c.platform == found.platform, account.c.id != found.id, place)
    same: str | None = tx.scalar(others.join(passport).where(passport.c.state == PassportState.LIVE).limit(1))
    return same


def hold(tx: Connection, account_id: str, person_id: int, link: str, now: datetime) -> None:
    """Record that a person holds an account from now on (`link`: owner, deputy, may_post, line_manager)."""
    values = {"account_id": account_id, "person_id": person_id, "link": link, "since": now}
    tx.execute(insert(account_person).values(**values))


def holders(tx: Connection, account_id: str) -> list[tuple[str, str]]:
    """Return (link, e-mail address) of those who hold the account today, owners first."""
    c = account_person.c
    query = select(c.link, person.c.email).join_from(account_person, person)
    rows = tx.execute(query.where(c.account_id == account_id, c.until.is_(None)).order_by(c.link.desc(), c.id))
    return [(row.link, row.email) for row in rows]


def holder_names(tx: Connection, account_id: str) -> list[tuple[str, str, str]]:
    """Return (link, name, e-mail address) of those who hold the account today, owners first."""
    c = account_person.c
    query = select(c.link, person.c.name, person.c.email).join_from(account_person, person)
    rows = tx.execute(query.where(c.account_id == account_id, c.until.is_(None)).order_by(c.link.desc(), c.id))
    return [(row.link, row.name, row.email) for row in rows]


def add_passport(tx: Connection, new: Passport, now: datetime) -> int:
    """Add a passport; return its number."""
    values = {k: v for k, v in asdict(new).items() if k != "id"}
    return insert_one(tx, insert(passport).values(**values, created_at=now))


def passport_of(tx: Connection, account_id: str) -> Passport:
    """Return the newest passport of an account; raise `NotFound` when it never had one."""
    query = select(*passport.c).where(passport.c.account_id == account_id).order_by(passport.c.id.desc()).limit(1)
    row = tx.execute(query).first()
    if row is None:
        raise NotFound(f"Account {account_id} has no passport. Apply with: postreeve account import FILE")
    return _passport(row)


def newest_passports(tx: Connection, account_ids: Collection[str] | None = None) -> dict[str, Passport]:
    """Return the newest passport of every account that has one, or of those of some accounts."""
    query = select(*passport.c).order_by(passport.c.id)
    rows = tx.execute(query if account_ids is None else query.where(passport.c.account_id.in_(account_ids)))
    return {row.account_id: _passport(row) for row in rows}


def move_passport(tx: Connection, old: Passport, state: PassportState, changes: dict[str, Any]) -> bool:
    """Change a passport from the state it was read in; return False when someone else was faster."""
    same = passport.c.id == old.id, passport.c.state == old.state
    return tx.execute(update(passport).where(*same).values(state=state, **changes)).rowcount == 1


def add_passport_event(tx: Connection, passport_id: int, at: datetime, actor: str, action: str, **more: str) -> int:
    """Record one step of a passport (`from_state`, `to_state`, `reason`, `conditions`)."""
    values = {"passport_id": passport_id, "at": at, "actor": actor, "action": action, **more}
    return insert_one(tx, insert(passport_event).values(**values))


def passport_events(tx: Connection, account_id: str) -> Rows:
    """Return the steps of all the account's passports, oldest first."""
    query = select(*passport_event.c).join_from(passport_event, passport)
    return tx.execute(query.where(passport.c.account_id == account_id).order_by(passport_event.c.id)).all()


def last_step(tx: Connection, passport_id: int) -> int:
    """Return the number of a passport's newest step, 0 for none."""
    c = passport_event.c
    return int(tx.scalar(select(func.max(c.id)).where(c.passport_id == passport_id)) or 0)


def last_steps(tx: Connection) -> dict[int, AnyRow]:
    """Return the newest step of every passport: passport_id, at, action."""
    c = passport_event.c
    newest = select(func.max(c.id)).group_by(c.passport_id)
    rows = tx.execute(select(c.passport_id, c.at, c.action).where(c.id.in_(newest)))
    return {row.passport_id: row for row in rows}


def live(passports: Iterable[Passport], today: date) -> set[str]:
    """Return the ids of the accounts whose passport is live on the day `today`."""
    return {p.account_id for p in passports if is_live(p, today)}


def is_live(found: Passport, today: date) -> bool:
    """Say whether a passport permits collection on the day `today`: approved, and not past its renewal date."""
    return rules.is_live(found, today)


def _select() -> Any:
    return select(*(account.c[name] for name in COLUMNS))


def _account(row: AnyRow) -> Account:
    values = dict(row._mapping)
    return Account(**values | {"platform": Platform(row.platform), "kind": AccountKind(row.kind)})


def _passport(row: AnyRow) -> Passport:
    fields = {name: getattr(row, name) for name in (*CASE, *DATES, "account_id", "conditions", "id")}
    return Passport(state=PassportState(row.state), **fields)
