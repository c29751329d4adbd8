"""The consultation record: what is on record of who was told when, and room for who was asked and what they said."""

from collections import Counter

from dashboard import openness_words, present
from dashboard.openness_words import ADVICE, Told, or_to_do
from dashboard.parts import Section, Table
from dashboard.record import Record
from data.services.openness import Facts

ASKED = (
    "Holders of accounts and staff who post",
    "Recognised trade unions and staff networks",
    "Councillors, and the monitoring officer",
    "The data protection officer",
    "The equality lead; groups with experience of discrimination",
    "Human resources and legal advisers",
    "The Welsh-language officer, where the council works in Wales",
    "Residents or service users, where they are affected",
)
HEADER = ("Who", "When and how", "What they said", "What changed, or why not")
OPEN = ("not recorded",) * 3


def record(found: Facts, told: Told) -> Record:
    """Return the record."""
    sections = (
        Section(
            "Who is to be asked",
            ("It belongs before a decision, and again before a material change. postreeve keeps no record of it.",),
            (
                ("Responsible", or_to_do(told.owner, "the role")),
                ("Answers go to", or_to_do(told.contact, "an address")),
            ),
            table=Table("Who was asked, and what came of it", HEADER, [(who, *OPEN) for who in ASKED]),
        ),
        _told(found),
        _changes(found),
    )
    return Record("consultation", "Consultation record", openness_words.made(found), sections, ADVICE)


def _told(found: Facts) -> Section:
    live = [one.passport for one in found.register if one.live and one.passport]
    days = Counter(one.notice_date for one in live)
    rows = [(present.day(day), f"{n:,}") for day, n in sorted((d, n) for d, n in days.items() if d is not None)]
    rows += [("no day on record", f"{days[None]:,}")] if days[None] else []
    table = Table("Notices to owners of live accounts", ("Day", "Accounts"), rows) if rows else None
    none = () if rows else ("No account is live, so nobody had to be told.",)
    return Section("Who was told", none, tuple(openness_words.switched(found)), table=table)


def _changes(found: Facts) -> Section:
    rows = [(present.short(at, found.settings.zone), name) for at, name in found.policies]
    return Section("Changes of the policy", table=Table("Policies, the last first", ("In force from", "Policy"), rows))
