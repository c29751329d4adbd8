"""Figures beside the alerts, in words and tables: the back-cast, time to approve, posting after advice. Pure."""

from dashboard import figures, present
from dashboard.parts import Section, Table
from data.reports.backcast import Back, BackCast
from data.reports.elapsed import QUARTER, WINDOW, AfterAdvice, Waits
from data.reports.trends import WHOLE

BACKCAST = "What one model would raise over the whole time"
THIRD = (
    "This is a third measure: the model {} read the texts of the whole time, and the policy in force ({}) said which "
    "of them it would raise. It is no log of alerts. Nobody was asked about most of them, so nothing here is upheld."
)


def back_cast(found: BackCast) -> Section:
    """Return the back-cast, with how much the model has read."""
    if not found.model:
        return Section(BACKCAST, ("No model has read a post yet.",))
    read = f"It has read {found.read:,} of {present.count(found.posts, 'post')} of this time."
    if found.read < found.posts:
        read += " Of the others nothing is said; a full scan reads them."
    rows = [("Whole time" if line.period == WHOLE else line.period, *_back(line)) for line in found.lines]
    header = ["Period", "Texts read (n)", "Raised by it"]
    table = Table("Texts it would raise (share; 95% interval), oldest first", header, rows)
    return Section(BACKCAST, (THIRD.format(found.model, found.policy), read), table=table)


def _back(line: Back) -> tuple[str, str]:
    found = line.raised
    if found.hidden:
        return f"{line.texts:,}", figures.HIDDEN
    if found.share is None:
        return f"{line.texts:,}", "nothing read"
    low, high = figures.percent(found.share.low), figures.percent(found.share.high)
    return f"{line.texts:,}", f"{found.number:,} ({figures.percent(found.share.share)}; {low} to {high})"


def to_approve(found: Waits) -> Section:
    """Return how long applications wait for their approval."""
    title = "Time to approve"
    waiting = present.count(found.open, "application waits", "applications wait")
    lead = [f"{waiting} for the panel now; what waits is not counted here."] * bool(found.open)
    if found.number is None:
        return Section(title, ("Fewer than five were approved in this time, so their times are hidden.", *lead))
    if found.median is None or found.ninetieth is None:
        return Section(title, ("No application was approved in this time.", *lead))
    facts = (
        ("Applications approved (n)", f"{found.number:,}"),
        ("Half of them within", _days(found.median)),
        ("Nine in ten within", _days(found.ninetieth)),
    )
    return Section(title, ("From the application to the panel’s approval, on the calendar.", *lead), facts)


def _days(number: float) -> str:
    return "a day" if number <= 1 else f"{number:.1f} days"


def after_advice(found: AfterAdvice) -> Section:
    """Return how accounts posted after advice or training."""
    title = "Posting after advice"
    lead = (
        f"Accounts that were given advice or training in this time: posts a day in the {WINDOW} days after it beside "
        f"the {WINDOW} before. A change is one by {QUARTER:.0%} or more.",
        "This is comparison, not cause: accounts also change with the season, with staff and with the news.",
    )
    if found.total == 0:
        said = f"None could be compared; {_unknown(found.unknown)}." if found.unknown else "There was none."
        return Section(title, (*lead, said))
    rows = [
        (what, figures.HIDDEN if number is None else f"{number:,}")
        for what, number in (
            ("Posted less", found.less),
            ("About the same", found.same),
            ("Posted more", found.more),
            ("Compared (n)", found.total),
        )
    ]
    more = (f"Left out: {_unknown(found.unknown)}.",) if found.unknown else ()
    return Section(title, (*lead, *more), table=Table("Accounts", ["After advice", "Accounts"], rows))


def _unknown(number: int) -> str:
    return f"{present.count(number, 'account')} not collected enough, or whose days after it are not over"
