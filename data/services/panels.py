"""The panel as a service: who sat, whether they could decide, what they should know before they do."""

from dataclasses import dataclass

from sqlalchemy import Connection

from data import business_case, panel, passport, register
from data.business_case import BusinessCase
from data.clock import local_day
from data.errors import IllegalStep, NotAllowed
from data.model import Account, Passport, PassportState, Person, Role
from data.panel import Seat, Sitting
from data.passport import Standing
from data.permissions import Action, check, may
from data.store import accounts, business, links, panels, people, staff
from data.store.engine import Store
from data.store.rows import AnyRow, Rows


@dataclass(frozen=True, slots=True)
class Sat:
    """A sitting that could decide: (person, seat) of everyone present, and how many of them counted."""

    seats: tuple[tuple[int, Seat], ...]
    quorum: int
    counted: int
    minute: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a panel has before it: the application with its warnings, what forbids an approval, and earlier sittings.

    `closed_to_me` are the steps in which whoever asks takes no part.
    """

    account: Account
    passport: Passport
    standing: Standing
    case: BusinessCase
    application: AnyRow | None
    holders: Rows
    hindrances: tuple[str, ...]
    missing: tuple[str, ...]
    warnings: tuple[str, ...]
    history: Rows
    sittings: Rows
    members: Rows
    closed_to_me: frozenset[str]


def sat(tx: Connection, recorder: Person, of: Passport, action: str, sitting: Sitting, quorum: int) -> Sat:
    """Return a sitting as it counts; raise `NotAllowed` for members without the role, `IllegalStep` for the rules.

    Whoever holds or line-manages the account is recused by this rule, not by their own leave.
    """
    seats = panel.seated(sitting, recorder.email, recused(tx, of, action))
    known = [(_member(tx, seat.email), seat) for seat in seats]
    counted = panel.check(seats, quorum, sitting.minute)
    return Sat(tuple(known), quorum, counted, sitting.minute.strip())


def recused(tx: Connection, of: Passport, action: str) -> set[str]:
    """Return who takes no part in a step: whoever holds or line-manages the account, by address.

    An application may be refused or returned by people whom it names itself, but for who made it: otherwise naming the
    whole panel would leave nobody to do so. To approve it takes people who are not named.
    """
    named, application = links.of_account(tx, of.account_id), business.application_of(tx, int(of.id or 0))
    if action in panel.SENT_BACK and of.state is PassportState.APPLIED and application is not None:
        made_at, by = application.submitted_at, application.submitted_by
        named = [row for row in named if row.since < made_at or row.person_id == by]
    return {row.email for row in named}


def record(tx: Connection, event_id: int, came: Sat) -> None:
    """Store the sitting behind a step that was taken."""
    panels.record(tx, event_id, came.seats, came.quorum, came.counted, came.minute)


def detail(came: Sat) -> dict[str, object]:
    """Return what the audit log keeps of a sitting: people by number."""
    votes = {f"person:{person_id}": str(seat.vote) for person_id, seat in came.seats}
    return {"quorum": came.quorum, "counted": came.counted, "votes": votes}


def check_case(tx: Connection, found: Account, new: Passport) -> None:
    """Refuse to approve or renew what the business case forbids."""
    problems = hindrances(tx, found, new)
    if problems:
        raise IllegalStep(f"{found.id} cannot be approved. {' '.join(problems)}")


def hindrances(tx: Connection, found: Account, of: Passport) -> tuple[str, ...]:
    """Return what forbids an approval of this passport, in sentences."""
    people_there = links.deputies(links.of_account(tx, found.id))
    return business_case.hindrances(found.kind, of.lawful_basis, people_there)


def dossier(store: Store, actor: Person, zone: str, account_id: str) -> Dossier:
    """Return what the panel decides on; raise `NotFound`.

    Votes, interests, minutes and the owner's training are the panel's and the administrator's: others who may see
    accounts get the business case without them.
    """
    check(actor, Action.SEE_ACCOUNTS)
    office = may(actor, Action.DECIDE_PASSPORT) or may(actor, Action.CHANGE_REGISTER)
    today = local_day(store.now(), zone)
    with store.read() as tx:
        found, of = accounts.get(tx, account_id), accounts.passport_of(tx, account_id)
        holders = links.of_account(tx, account_id)
        owners = [row.person_id for row in holders if row.link == links.OWNER]
        trained = bool(owners) and all(staff.trained(tx, person_id, today) for person_id in owners)
        return Dossier(
            account=found,
            passport=of,
            standing=passport.standing(of, today),
            case=business.get(tx, int(of.id or 0)),
            application=business.application_of(tx, int(of.id or 0)),
            holders=holders,
            hindrances=hindrances(tx, found, of),
            missing=register.missing_for_approval(of),
            warnings=business_case.warnings(of.lawful_basis, trained or not office),
            history=accounts.passport_events(tx, account_id),
            sittings=panels.of_account(tx, account_id) if office else (),
            members=panels.members(tx, account_id) if office else (),
            closed_to_me=frozenset(a for a in passport.PANEL if actor.email in recused(tx, of, a)),
        )


def members(store: Store) -> list[Person]:
    """Return everyone who may sit on the panel now."""
    with store.read() as tx:
        return [person for person in people.everyone(tx) if Role.PANEL in person.roles and person.active]


def _member(tx: Connection, email: str) -> int:
    found = people.get(tx, email)
    if Role.PANEL not in found.roles or not found.active:
        raise NotAllowed(f"{email} is not on the panel, so has no vote. See: postreeve user list")
    return int(found.id or 0)
