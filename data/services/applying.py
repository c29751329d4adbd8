"""Applications: made, made again once more was asked for, and withdrawn. The panel decides on them."""

import re
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from data import business_case, passport, register
from data.errors import IllegalStep, NotAllowed
from data.model import Account, AccountKind, Passport, PassportState, Person
from data.permissions import Action, check, may
from data.register import Entry
from data.services.actors import ref
from data.services.register import begin, hold, move
from data.store import accounts, assurances, business, ledger, links, people
from data.store.engine import Store

SOURCE = "The application"
OWN = "{} applies for accounts that they own or deputise for; name yourself as the owner or a deputy."
THERE = "Account {} is on the register already, and its passport is {}; nothing can be applied for now."


def understood(row: Mapping[str, str]) -> Entry:
    """Return an application as an entry; raise `InputError` with every mistake. It has the register's columns."""
    wanted = {name: value for name, value in row.items() if name != "renewal_date"}
    [entry] = register.understand([wanted], SOURCE)
    return entry


def proposed_id(handle: str, known: set[str]) -> str:
    """Return an id for a new account, made of its name: lower case, hyphens, numbered when it is taken."""
    plain = re.sub(r"[^a-z0-9]+", "-", handle.lower()).strip("-")[:50].strip("-") or "account"
    numbered = (f"{plain}-{n}" for n in range(2, len(known) + 3))
    return next(name for name in (plain, *numbered) if name not in known)


def known_ids(store: Store) -> set[str]:
    """Return the ids on the register."""
    with store.read() as tx:
        return accounts.ids(tx)


def present(store: Store, actor: Person, account_id: str) -> dict[str, str]:
    """Return the register's columns of an account that is to be applied for again, as texts; none for a new one."""
    check(actor, Action.APPLY)
    with store.read() as tx:
        if account_id not in accounts.ids(tx):
            return {}
        _check_mine(tx, actor, account_id)
        found, of = accounts.get(tx, account_id), accounts.passport_of(tx, account_id)
        case, held = business.get(tx, int(of.id or 0)), links.of_account(tx, account_id)
    owners = [row.email for row in held if row.link == links.OWNER]
    entry = Entry(found, of, "".join(owners[:1]), tuple(r.email for r in held if r.link == links.DEPUTY), case)
    return register.cells(entry)


def apply(store: Store, actor: Person, entry: Entry, note: str = "") -> Passport:
    """Put an application before the panel; return the passport it is about.

    For a new account, for one whose passport has ended, or again for one that was returned for more.
    """
    check(actor, Action.APPLY)
    if not may(actor, Action.CHANGE_REGISTER) and actor.email not in (entry.owner_email, *entry.deputy_emails):
        raise NotAllowed(OWN.format(actor.email))
    account_id = entry.account.id
    with store.write() as tx:
        known = accounts.newest_passports(tx).get(account_id) if account_id in accounts.ids(tx) else None
        if known is None and account_id not in accounts.ids(tx):
            accounts.add(tx, entry.account, store.now())
            hold(tx, entry, store.now())
        elif known is None or known.state in passport.ENDED:
            _check_mine(tx, actor, account_id)
        elif known.state is PassportState.RETURNED:
            return _again(tx, store, actor, known, entry)
        else:
            raise IllegalStep(THERE.format(account_id, known.state))
        bare = replace(entry.passport, state=PassportState.APPLIED, renewal_date=None, conditions="")
        number = begin(tx, store, actor, replace(entry, passport=bare), "apply", entry.passport.purpose)
        business.apply(tx, number, actor.id, entry.account.department, note.strip(), store.now())
        return accounts.passport_of(tx, account_id)


def _again(tx: Connection, store: Store, actor: Person, known: Passport, entry: Entry) -> Passport:
    _check_mine(tx, actor, known.account_id)
    old_basis = known.lawful_basis
    new = replace(entry.passport, id=known.id, state=passport.step(known.state, "apply"), renewal_date=None)
    if assurances.choice(tx, known.account_id) is not None:
        new = replace(new, lawful_basis=old_basis)
    business.put(tx, int(known.id or 0), entry.case)
    move(tx, store, actor, known, new, "apply", entry.passport.purpose)
    there = {(row.email, row.link) for row in links.of_account(tx, known.account_id)}
    for email in entry.deputy_emails:
        if (email, links.DEPUTY) not in there:
            person_id = people.ensure(tx, email, store.now())
            accounts.hold(tx, known.account_id, person_id, links.DEPUTY, store.now())
    return accounts.passport_of(tx, known.account_id)


def withdraw(store: Store, actor: Person, account_id: str, reason: str) -> Passport:
    """Take an application back, or end the passport of an account in one's own name; collection stops at once.

    A councillor may do so at any time without giving a reason; an administrator for an account that nobody owns.
    """
    with store.write() as tx:
        found, old = accounts.get(tx, account_id), accounts.passport_of(tx, account_id)
        _check_withdraws(tx, actor, found, old)
        words = reason.strip() or ("the member’s own choice" if found.kind is AccountKind.COUNCILLOR else "")
        if not words:
            raise IllegalStep("To withdraw takes a reason in words.")
        new = replace(old, state=passport.step(old.state, "withdraw"))
        move(tx, store, actor, old, new, "withdraw", words)
        assurances.take_back(tx, account_id, reason.strip(), store.now())
        return new


def join(store: Store, actor: Person, account_id: str) -> Passport:
    """Record that a councillor chose to have their account on the register. Only the member can."""
    now = store.now()
    with store.write() as tx:
        found, old = accounts.get(tx, account_id), accounts.passport_of(tx, account_id)
        if found.kind is not AccountKind.COUNCILLOR:
            raise IllegalStep(f"Account {account_id} is no councillor’s; there is nothing to join.")
        if actor.id is None or links.one(tx, account_id, actor.id, links.OWNER) is None:
            raise NotAllowed(f"Only the member whose account {account_id} is can choose to have it on the register.")
        if assurances.choice(tx, account_id) is not None or old.state in passport.ENDED:
            raise IllegalStep(f"Account {account_id} was joined already, or its passport has ended: apply again.")
        assurances.join(tx, account_id, actor.id, now)
        basis = business_case.with_choice(old.lawful_basis)
        business.complete(tx, int(old.id or 0), {"lawful_basis": basis})
        ledger.append(tx, now, ref(actor), "member.join", f"account:{account_id}")
        return accounts.passport_of(tx, account_id)


def joined(store: Store, account_id: str) -> bool:
    """Say whether the member's own choice stands for a councillor's account."""
    with store.read() as tx:
        return assurances.choice(tx, account_id) is not None


def waits(store: Store, actor: Person, entry: Entry) -> bool:
    """Say whether this person applied for this very account already, under any id: a form may be sent twice."""
    with store.read() as tx:
        mine = links.answers_for(tx, int(actor.id or 0))
        passports = accounts.newest_passports(tx)
        twins = [
            a
            for a in accounts.everything(tx)
            if (a.platform, a.handle) == (entry.account.platform, entry.account.handle)
        ]
    return any(a.id in mine and passports[a.id].state is PassportState.APPLIED for a in twins if a.id in passports)


def _check_mine(tx: Connection, actor: Person, account_id: str) -> None:
    mine = actor.id is not None and account_id in links.answers_for(tx, actor.id)
    if not mine and not may(actor, Action.CHANGE_REGISTER):
        raise NotAllowed(f"{actor.email} does not hold account {account_id}, so cannot apply for it.")


def _check_withdraws(tx: Connection, actor: Person, found: Account, old: Passport) -> None:
    holds = actor.id is not None and any(
        row.person_id == actor.id and row.link in links.HOLDS for row in links.of_account(tx, found.id)
    )
    owns = actor.id is not None and links.one(tx, found.id, actor.id, links.OWNER) is not None
    waits = old.state in (PassportState.APPLIED, PassportState.RETURNED)
    administers = may(actor, Action.CHANGE_REGISTER) and (waits or found.id in links.ownerless(tx))
    if not (administers or (owns and found.kind in passport.IN_A_NAME) or (holds and waits)):
        raise NotAllowed(
            f"{actor.email} cannot withdraw {found.id}: an application is withdrawn by who holds the account, an "
            "account in a person’s own name by that person, any other is closed by the panel."
        )
