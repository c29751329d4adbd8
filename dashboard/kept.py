"""Parts of the dossier in words: the weeks beside the promise, what an account writes about, what went well. Pure."""

from collections.abc import Sequence

from dashboard import present
from dashboard.parts import Quote, Section, Table
from data.reports.cadence import Kept
from data.reports.dossier import Commended
from data.reports.topics import ENOUGH, Topics

RULE = (
    "Words stand here by a rule, not by choice: those used more often than on the council’s other accounts, in three "
    "posts or more (log-odds above 1.96, Monroe and others 2008). Names, addresses and posts with an alert are left "
    "out."
)
ALONE = f"Fewer than {ENOUGH} posts of other accounts are too few to compare with: these are the words of most posts."
NAMED = 6  # gaps told by their days


def promise(found: Kept) -> Section:
    """Return the weeks of the time beside the number of posts that the business case names."""
    title = "Week by week, beside the promise"
    if not found.weeks:
        return Section(title, ("This time holds no whole week, so nothing is compared.",))
    lead = [f"Promised: {numbers(found)} a week." if found.promised else "The business case names no number of posts."]
    if found.usual is None:
        lead.append("No week was collected whole, so nothing can be said of what was kept.")
    else:
        fewest, most = (pick(week.posts for week in found.known) for pick in (min, max))
        weeks = present.count(len(found.known), "week")
        lead.append(
            f"Kept: usually {found.usual:g} a week (median of {weeks} collected whole; from {fewest:,} to {most:,})."
        )
    return Section(title, (*lead, *gaps(found)), table=table(found))


def numbers(found: Kept) -> str:
    """Return the promise in words: "2 to 5 posts", "at least 2 posts"."""
    if found.fewest is not None and found.most is not None:
        same = found.fewest == found.most
        return present.count(found.most, "post") if same else f"{found.fewest:,} to {found.most:,} posts"
    if found.fewest is not None:
        return f"at least {present.count(found.fewest, 'post')}"
    return f"at most {present.count(found.most or 0, 'post')}"


def gaps(found: Kept) -> list[str]:
    """Say which weeks nothing can be said of."""
    missing = [f"{week.first:%-d %b %Y}" for week in found.weeks if not week.whole]
    if not missing:
        return []
    some = missing if len(missing) <= NAMED else [*missing[:NAMED], f"{len(missing) - NAMED} more"]
    count = "counts" if len(missing) == 1 else "count"
    what = present.count(len(missing), "week was", "weeks were")
    return [f"{what} not collected whole, and {count} neither way. From {present.joined(some)}."]


def table(found: Kept) -> Table | None:
    """Return how many weeks were as promised; None without a number to compare with, or without a week."""
    if not found.promised or not found.known:
        return None
    rows: Sequence[tuple[str, str]] = (
        ("As promised", f"{found.as_promised:,}"),
        ("Fewer posts than promised", f"{found.fewer:,}"),
        ("More posts than promised", f"{found.more:,}"),
        ("Not collected whole", f"{found.gaps:,}"),
    )
    return Table("Weeks, from Monday to Sunday", ["What was kept", "Weeks"], rows)


def about(found: Topics) -> Section:
    """Return what the account writes about."""
    title = "Topics"
    if not found.posts:
        return Section(title, ("No words of own posts of this time are stored, so no topic can be named.",))
    read = f"Told from the newest {present.count(found.posts, 'post')} of this time"
    lead = [f"{read}, beside {present.count(found.others, 'post')} of other accounts.", RULE]
    lead += [ALONE] * (found.others < ENOUGH)
    if not found.words and not found.hashtags:
        return Section(title, (*lead, "No word or hashtag stands out."))
    rows = [(word, f"{n:,}") for word, n in found.words] + [(f"#{tag}", f"{n:,}") for tag, n in found.hashtags]
    return Section(title, tuple(lead), table=Table("Words and hashtags", ["Word", "Posts with it"], rows))


def well(found: Sequence[Commended], zone: str) -> Section:
    """Return what people commend; no score has a part in it, and none at all means only that nobody wrote it down."""
    title = "What went well"
    if not found:
        return Section(title, ("No post of this time is commended. That says nothing against the account.",))
    posts = len({one.post_id for one in found})
    said = (
        f"{present.count(posts, 'post is', 'posts are')} commended by people who read them; no score has a part in it."
    )
    rows = [(present.short(one.published_at, zone, "at an unknown time"), one.reason or "erased") for one in found]
    quotes = [Quote(f"Commended, published {when}", one.words) for (when, _), one in zip(rows, found, strict=True)]
    shown = tuple(dict.fromkeys(quote for quote in quotes if quote.words))
    return Section(title, (said,), table=Table("Commended posts", ["Published", "Why"], rows), quotes=shown)
