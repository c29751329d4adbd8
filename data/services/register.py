"""The register as a service: import, look, decide. Every change has an actor, a reason and an audit row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from data import business_case, passport, register
from data.business_case import BARE, BusinessCase
from data.clock import local_day
from data.errors import Conflict, IllegalStep, InputError, Mistake, NotAllowed, NotFound
from data.model import Account, AccountKind, Passport, PassportState, Person, Platform
from data.panel import ALONE, Sitting
from data.permissions import Action, check
from data.register import Entry
from data.services import actors, panels
from data.services.actors import ref
from data.services.panels import Sat
from data.store import accounts, assurances, business, ledger, links, people
from data.store.engine import Store
from data.store.rows import Rows

YEAR = timedelta(days=365)
CHANGES = ("return", "suspend", "reinstate", "close")  # steps of the panel that need nothing but a reason
IMPORTED = "recorded as approved by the panel before this register was kept here"


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the register: an account, its newest passport and whether it may be collected today."""

    account: Account
    passport: Passport | None
    live: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a panel decides on an application: `until` is the last day it is live, a year from today when None.

    `sitting` says who was there; without it whoever records the decision sat alone. `seen` is the passport's newest
    step as they read it: a decision on one that has moved on since is refused.
    """

    approve: bool
    reason: str
    conditions: str = ""
    until: date | None = None
    url: str = ""
    completed: dict[str, Any] | None = None
    sitting: Sitting = ALONE
    seen: int | None = None


def import_entries(store: Store, actor: Person, entries: Sequence[Entry], source: str) -> tuple[int, int]:
    """Add entries to the register, all or none; return how many there were and how many are live.

    A councillor's account is off by default: without the member's own choice it waits as an application.
    """
    check(actor, Action.CHANGE_REGISTER)
    entries = [_off_by_default(entry) for entry in entries]
    with store.write() as tx:
        _refuse_known(tx, entries, source)
        for entry in entries:
            _add(tx, store, actor, entry)
        live = sum(entry.passport.state is PassportState.LIVE for entry in entries)
        ledger.append(
            tx, store.now(), ref(actor), "register.import", "register", {"source": source, "accounts": len(entries)}
        )
    return len(entries), live


def export_entries(store: Store) -> list[Entry]:
    """Return the register as entries, in the order of its ids."""
    with store.read() as tx:
        passports = accounts.newest_passports(tx)
        cases = business.everything(tx)
        found = [(a, accounts.holders(tx, a.id)) for a in accounts.everything(tx) if a.id in passports]
    return [_exported(account, passports[account.id], holders, cases) for account, holders in found]


def listed(store: Store, zone: str) -> list[Listed]:
    """Return every account with its newest passport, and whether it is live today."""
    with store.read() as tx:
        return _listed(accounts.everything(tx), accounts.newest_passports(tx), local_day(store.now(), zone))


def listed_one(store: Store, zone: str, account_id: str) -> Listed:
    """Return the same of one account; raise `NotFound`."""
    with store.read() as tx:
        try:
            found = accounts.get(tx, account_id)
        except NotFound:
            raise NotFound(f"No account {account_id} is on the register.") from None  # a page names no command
        passports = accounts.newest_passports(tx, [account_id])
    return _listed([found], passports, local_day(store.now(), zone))[0]


def _listed(every: Iterable[Account], passports: Mapping[str, Passport], today: date) -> list[Listed]:
    return [Listed(a, p := passports.get(a.id), p is not None and accounts.is_live(p, today)) for a in every]


def history(store: Store, account_id: str) -> Rows:
    """Return the steps of the account's passports, oldest first."""
    with store.read() as tx:
        return accounts.passport_events(tx, account_id)


def decide(store: Store, zone: str, account_id: str, by: str, verdict: Verdict, quorum: int = 1) -> Passport:
    """Approve or refuse an application; return the passport as it now stands.

    Raises `NotAllowed` for someone without the panel's role or with the account in their hands, and `IllegalStep` when
    there is no application, its business case is incomplete, or the sitting has no quorum or majority.
    """
    now = store.now()
    with store.write() as tx:
        actor = actors.named(tx, by)
        check(actor, Action.DECIDE_PASSPORT)
        old, action = accounts.passport_of(tx, account_id), "approve" if verdict.approve else "refuse"
        _refuse_own(tx, actor, old, action)
        new = _decided(old, verdict, local_day(now, zone))
        if verdict.approve:
            _check_address(tx, account_id, verdict.url)
            panels.check_case(tx, accounts.get(tx, account_id), new)
        came = panels.sat(tx, actor, old, action, verdict.sitting, quorum)
        _check_seen(tx, old, verdict.seen)
        move(tx, store, actor, old, new, action, verdict.reason, url=verdict.url, came=came)
    return new


def change(
    store: Store,
    account_id: str,
    by: str,
    action: str,
    reason: str,
    sitting: Sitting = ALONE,
    quorum: int = 1,
    *,
    seen: int | None = None,
) -> Passport:
    """Return an application for more, suspend, reinstate or close a passport; return it as it now stands."""
    if action not in CHANGES:
        raise IllegalStep(f"{action} is no such step; there are {', '.join(CHANGES)}.")
    if not reason.strip():
        raise IllegalStep(f"To {action} a passport takes a reason in words.")
    with store.write() as tx:
        actor = actors.named(tx, by)
        check(actor, Action.DECIDE_PASSPORT)
        old = accounts.passport_of(tx, account_id)
        _refuse_own(tx, actor, old, action)
        passport.check_kind(account_id, accounts.get(tx, account_id).kind, action)
        new = replace(old, state=passport.step(old.state, action))
        if new.state is PassportState.LIVE:
            _check_address(tx, account_id, "")
        came = panels.sat(tx, actor, old, action, sitting, quorum)
        _check_seen(tx, old, seen)
        move(tx, store, actor, old, new, action, reason, came=came)
    return new


def renew(store: Store, zone: str, account_id: str, by: str, verdict: Verdict, quorum: int = 1) -> Passport:
    """Renew a passport that is live or has lapsed, by the same rules as an approval; return it as it now stands."""
    now = store.now()
    with store.write() as tx:
        actor = actors.named(tx, by)
        check(actor, Action.DECIDE_PASSPORT)
        old = accounts.passport_of(tx, account_id)
        _refuse_own(tx, actor, old, "renew")
        new = _renewed(old, verdict, local_day(now, zone))
        _check_address(tx, account_id, verdict.url)
        panels.check_case(tx, accounts.get(tx, account_id), new)
        came = panels.sat(tx, actor, old, "renew", verdict.sitting, quorum)
        _check_seen(tx, old, verdict.seen)
        move(tx, store, actor, old, new, "renew", verdict.reason, url=verdict.url, came=came)
    return new


def _renewed(old: Passport, verdict: Verdict, today: date) -> Passport:
    state = passport.step(old.state, "renew")
    if not verdict.reason.strip():
        raise IllegalStep("A renewal needs a reason in words.")
    conditions = verdict.conditions or old.conditions
    return replace(old, state=state, conditions=conditions, renewal_date=_until(verdict, today))


def _until(verdict: Verdict, today: date) -> date:
    """Return the last day a verdict gives; raise `IllegalStep` when that is not after today."""
    until = verdict.until or today + YEAR
    if until <= today:
        raise IllegalStep(f"The passport would end on {until}, which is not after today.")
    return until


def _decided(old: Passport, verdict: Verdict, today: date) -> Passport:
    state = passport.step(old.state, "approve" if verdict.approve else "refuse")
    if not verdict.reason.strip():
        raise IllegalStep("A decision of the panel needs a reason in words.")
    if not verdict.approve:
        return replace(old, state=state)
    until = _until(verdict, today)
    new = replace(old, **(verdict.completed or {}), state=state, conditions=verdict.conditions, renewal_date=until)
    missing = register.missing_for_approval(new)
    if missing:
        options = " ".join(f"--{name.replace('_', '-')} …" for name in missing)
        raise IllegalStep(
            f"The business case of {old.account_id} lacks {', '.join(missing)}. Complete it with: {options}"
        )
    return new


def move(
    tx: Connection,
    store: Store,
    actor: Person,
    old: Passport,
    new: Passport,
    action: str,
    reason: str,
    *,
    url: str = "",
    came: Sat | None = None,
) -> None:
    """Take one step of a passport, on condition that it is still as it was read: the row, its event, its audit row."""
    names = (*accounts.CASE, *accounts.DATES, "conditions")
    if not accounts.move_passport(tx, old, new.state, {name: getattr(new, name) for name in names}):
        raise IllegalStep(f"The passport of {old.account_id} changed meanwhile; look at it again.")
    steps = {"from_state": old.state, "to_state": new.state, "reason": reason, "conditions": new.conditions}
    event_id = accounts.add_passport_event(tx, int(old.id or 0), store.now(), actor.email, action, **steps)
    detail: dict[str, object] = {**steps, **({"url": url} if url else {})}
    if came is not None:
        panels.record(tx, event_id, came)
        detail["panel"] = panels.detail(came)
    ledger.append(tx, store.now(), ref(actor), f"passport.{action}", f"account:{old.account_id}", detail)


def _check_seen(tx: Connection, old: Passport, seen: int | None) -> None:
    if seen is not None and accounts.last_step(tx, int(old.id or 0)) != seen:
        raise Conflict(f"The passport of {old.account_id} changed since you opened it, so nothing was recorded.")


def _check_address(tx: Connection, account_id: str, url: str) -> None:
    """An approved account has an address of its own: none of another account that is live."""
    if url:
        problem = register.CHECKS["url"](url)
        if problem:
            raise IllegalStep(f"The address of {account_id}: {problem}.")
        accounts.set_url(tx, account_id, url)
    found = accounts.get(tx, account_id)
    if found.platform is Platform.FEED and not found.url:
        raise IllegalStep(f"Account {account_id} is a feed without an address. Give it with: --url https://…")
    same = accounts.live_at_same_place(tx, found)
    if same:
        raise IllegalStep(f"Account {same} has the same address as {account_id} and is live; close one of them first.")


def _refuse_own(tx: Connection, actor: Person, old: Passport, action: str) -> None:
    if actor.email in panels.recused(tx, old, action):
        raise NotAllowed(
            f"{actor.email} owns or deputises for {old.account_id}, or line-manages it; someone else on the panel "
            "decides."
        )


def _refuse_known(tx: Connection, entries: Sequence[Entry], source: str) -> None:
    known = accounts.ids(tx)
    repeated = [(n, e.account.id) for n, e in enumerate(entries, 2) if e.account.id in known]
    found = [Mistake(n, "id", f"{i} is on the register already") for n, i in repeated]
    for n, entry in enumerate(entries, 2):
        live = entry.passport.state is PassportState.LIVE
        if live and (same := accounts.live_at_same_place(tx, entry.account)):
            found.append(Mistake(n, "url", f"account {same} has the same address and is live"))
    if found:
        raise InputError(source, found)


def _off_by_default(entry: Entry) -> Entry:
    mine = entry.account.kind is AccountKind.COUNCILLOR and not business_case.own_choice(entry.passport.lawful_basis)
    if not mine or entry.passport.state is not PassportState.LIVE:
        return entry
    return replace(entry, passport=replace(entry.passport, state=PassportState.APPLIED, renewal_date=None))


def _add(tx: Connection, store: Store, actor: Person, entry: Entry) -> None:
    now, account_id = store.now(), entry.account.id
    accounts.add(tx, entry.account, now)
    hold(tx, entry, now)
    if business_case.own_choice(entry.passport.lawful_basis):
        told = entry.passport.notice_date
        chosen = datetime.combine(told, time(), UTC) if told else now
        assurances.join(tx, account_id, people.ensure(tx, entry.owner_email, now), min(chosen, now))
    live = entry.passport.state is PassportState.LIVE
    action, reason = ("import", IMPORTED) if live else ("apply", entry.passport.purpose)
    begin(tx, store, actor, entry, action, reason)


def hold(tx: Connection, entry: Entry, now: datetime) -> None:
    """Record who holds an account from now on, as an entry names them."""
    named = [(entry.owner_email, links.OWNER), *((email, links.DEPUTY) for email in entry.deputy_emails)]
    named += [(email, links.MAY_POST) for email in entry.may_post_emails]
    named += [(email, links.LINE_MANAGER) for email in entry.line_manager_emails]
    for email, link in dict.fromkeys(named):
        accounts.hold(tx, entry.account.id, people.ensure(tx, email, now), link, now)


def begin(tx: Connection, store: Store, actor: Person, entry: Entry, action: str, reason: str) -> int:
    """Add a passport to an account that is there, with its business case, event and audit row; return its number."""
    now, account_id = store.now(), entry.account.id
    passport_id = accounts.add_passport(tx, entry.passport, now)
    business.put(tx, passport_id, entry.case)
    accounts.add_passport_event(tx, passport_id, now, actor.email, action, to_state=entry.passport.state, reason=reason)
    detail = {"state": str(entry.passport.state), "platform": str(entry.account.platform)}
    ledger.append(tx, now, ref(actor), f"passport.{action}", f"account:{account_id}", detail)
    return passport_id


def _exported(
    account: Account, found: Passport, holders: Sequence[tuple[str, str]], cases: dict[int, BusinessCase]
) -> Entry:
    """Return an account as an entry; one that nobody owns has an empty owner, which an import tells as a mistake."""

    def those(wanted: str) -> tuple[str, ...]:
        return tuple(email for link, email in holders if link == wanted)

    if found.state is not PassportState.LIVE:
        found = replace(found, renewal_date=None)  # a row with one would come back as live
    case = cases.get(int(found.id or 0), BARE)
    owner = "".join(those(links.OWNER)[:1])
    return Entry(account, found, owner, those(links.DEPUTY), case, those(links.MAY_POST), those(links.LINE_MANAGER))
