"""The public look-up: a small page and a JSON document that confirm which accounts are the council's. Pure.

It names no officer: neither owners nor, unless asked for, accounts in an officer's own name. Everything that people
wrote is escaped; only web addresses are linked to.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import urlsplit

from data.model import Account, AccountKind, Passport, Platform

NAMES: Mapping[Platform, str] = {
    Platform.FEED: "Website feed",
    Platform.BLUESKY: "Bluesky",
    Platform.MASTODON: "Mastodon",
    Platform.X: "X",
    Platform.YOUTUBE: "YouTube",
    Platform.FACEBOOK: "Facebook",
    Platform.INSTAGRAM: "Instagram",
    Platform.THREADS: "Threads",
    Platform.LINKEDIN: "LinkedIn",
}
HEADER = ("Account", "Platform", "Department", "What it is for", "Confirmed until")
TITLE = "Our social media accounts"
LEAD = "Every account on this page is genuine: it was approved by the council, and the approval stands today."
LEFT_OUT = (
    "Accounts in an officer’s own name are not listed. An account that is not here may be genuine all the same: ask us."
)
STYLE = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:64rem;margin:0 auto;padding:1rem;color:#0b0c0c;"
    "background:#fff}table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:700;padding:.5rem 0}"
    "th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-bottom:1px solid #b1b4b6;"
    "overflow-wrap:anywhere}a{color:#0b5c8a}a:focus{outline:3px solid #0b0c0c;background:#fd0}.wide{overflow-x:auto}"
)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One genuine account, as the public is told of it; `link` is empty where there is no web address."""

    handle: str
    platform: Platform
    link: str
    department: str
    purpose: str
    until: date


def confirmed(live: Iterable[tuple[Account, Passport]], *, officers: bool = False) -> tuple[Confirmed, ...]:
    """Return what may be told of live accounts, by name; those in an officer's own name only with `officers`."""
    told = [
        Confirmed(a.handle, a.platform, _link(a.url), a.department, p.purpose, p.renewal_date)
        for a, p in live
        if p.renewal_date is not None and (officers or a.kind is not AccountKind.OFFICER)
    ]
    return tuple(sorted(told, key=lambda one: (one.handle.lower(), one.platform)))


def as_html(found: Iterable[Confirmed], on: date, *, officers: bool = False) -> str:
    """Return the page: static, without scripts, that says on which day it was made."""
    rows = "\n".join(_row(one) for one in found)
    head = "".join(f'<th scope="col">{name}</th>' for name in HEADER)
    left_out = "" if officers else f"<p>{LEFT_OUT}</p>\n"
    return f"""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{TITLE}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{TITLE}</h1>
<p>{LEAD} Last updated on {_day(on)}.</p>
{left_out}<div class="wide" tabindex="0" role="region" aria-label="{TITLE}">
<table>
<caption>Genuine accounts on {_day(on)}</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
</main>
</body>
</html>
"""


def as_json(found: Iterable[Confirmed], on: date) -> str:
    """Return the same for programs: an object with the day and a list of accounts."""
    rows = [
        {
            "handle": one.handle,
            "platform": str(one.platform),
            "url": one.link,
            "department": one.department,
            "purpose": one.purpose,
            "live_until": one.until.isoformat(),
        }
        for one in found
    ]
    return json.dumps({"updated": on.isoformat(), "accounts": rows}, ensure_ascii=False, indent=1) + "\n"


def _row(one: Confirmed) -> str:
    name = f"<bdi>{escape(one.handle)}</bdi>"
    linked = f'<a href="{escape(one.link)}" rel="noopener noreferrer">{name}</a>' if one.link else name
    texts = (NAMES[one.platform], one.department, one.purpose, _day(one.until))
    cells = "".join(f"<td><bdi>{escape(text)}</bdi></td>" for text in texts)
    return f'<tr><th scope="row">{linked}</th>{cells}</tr>'


def _link(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
