"""Pre-election windows by area and date: during one a checklist is shown. No score and no flag knows of them.

Local Government Act 1986 section 2, and the Code of Recommended Practice on Local Authority Publicity (2011) for
England; Wales and Scotland have codes of their own. The days are published by each returning officer.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from data.clock import local_day
from data.errors import IllegalStep, NotFound
from data.model import Person
from data.permissions import Action, check
from data.services.actors import ref
from data.store import elections, ledger
from data.store.engine import Store
from data.store.rows import AnyRow

LONGEST = timedelta(days=120)  # no pre-election period is near as long: a longer one is a slip of the pen
CHECKLIST = (
    "Publish no new controversial initiative, and no view on one.",
    "Name, quote and picture no candidate, and no councillor who stands; take no side between parties.",
    "Neither share nor like what a candidate, a party or a campaign posts.",
    "Services, safety and how to vote go on as ever. Facts in answer to a question are fine.",
    "A councillor’s own campaign belongs on their own account, never on one of the council’s.",
    "In doubt, ask the monitoring officer before you post. The code of your nation applies.",
)


@dataclass(frozen=True, slots=True)
class Window:
    """A pre-election period: `first` and `last` are days in the council's zone, both within it."""

    id: int
    area: str
    first: date
    last: date
    source: str

    @property
    def sentence(self) -> str:
        """What stands above the checklist."""
        return f"Pre-election period in {self.area} until {self.last.day} {self.last:%B %Y}"


def add(store: Store, actor: Person, area: str, first: date, last: date, source: str) -> Window:
    """Put a window down; raise `IllegalStep` for days that cannot be one, or one that stands already."""
    check(actor, Action.MANAGE_POLICY)
    area, source = area.strip(), source.strip()
    if not area or not source:
        raise IllegalStep("A window needs the area it is for, and the source its days are from.")
    if last < first:
        raise IllegalStep(f"The window would begin on {first} and end on {last}, before that.")
    if last - first > LONGEST:
        raise IllegalStep(f"{first} to {last} is longer than {LONGEST.days} days, which no pre-election period is.")
    with store.write() as tx:
        known = {(row.area.casefold(), row.first, row.last) for row in elections.standing(tx)}
        if (area.casefold(), first, last) in known:
            raise IllegalStep(f"The window of {area} from {first} to {last} is there already.")
        number = elections.add(tx, area, first, last, source, ref(actor), store.now())
        detail = {"area": area, "first": str(first), "last": str(last), "source": source}
        ledger.append(tx, store.now(), ref(actor), "election.add", f"election:{number}", detail)
    return Window(number, area, first, last, source)


def withdraw(store: Store, actor: Person, number: int) -> None:
    """Take a window back; raise `NotFound`."""
    check(actor, Action.MANAGE_POLICY)
    with store.write() as tx:
        if not elections.withdraw(tx, number, ref(actor), store.now()):
            raise NotFound(f"There is no window {number}. See: postreeve elections list")
        ledger.append(tx, store.now(), ref(actor), "election.withdraw", f"election:{number}")


def windows(store: Store) -> list[Window]:
    """Return every window that was not taken back, the earliest first. They are public, so anyone may know them."""
    with store.read() as tx:
        return [_window(row) for row in elections.standing(tx)]


def standing(store: Store, zone: str) -> list[Window]:
    """Return the windows that today lies in, in the council's zone."""
    today = local_day(store.now(), zone)
    return [one for one in windows(store) if one.first <= today <= one.last]


def _window(row: AnyRow) -> Window:
    return Window(row.id, row.area, row.first, row.last, row.source)
