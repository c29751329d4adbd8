"""A skeleton of the data protection impact assessment, by the steps of the regulator's template, filled where known."""

from collections import Counter

from dashboard import openness_words, present
from dashboard.openness_words import ADVICE, TO_DO, Told, or_to_do
from dashboard.parts import Section, Table
from dashboard.record import Record
from data.services import openness
from data.services.openness import Facts

RISKS = (
    (
        "Staff are monitored beyond what they expect",
        "Registered accounts alone, after notice; personal accounts refused",
    ),
    (
        "A mistaken flag harms somebody",
        "A person decides, after a reply; appeal to someone else; mistakes are counted and expire",
    ),
    (
        "Special category data are inferred about a person",
        "Characteristics are of a text, never of its writer; none is stored of people",
    ),
    (
        "Third parties’ data are collected",
        "What is not the account’s own is taken out before storing; parents’ authors never kept",
    ),
    (
        "Words are kept for longer than needed",
        "Periods by table and outcome; erasure with a certificate; legal holds on record",
    ),
    ("Unequal effect on groups of staff", "Rates by characteristic and kind of account; see the equality record"),
    (
        "Reviewers misuse what they see",
        "Roles; nobody reviews own or managed accounts; readings are audited and anchored",
    ),
    (
        "Chilling of union activity, disclosures or lawful belief",
        "Never a ground; reviewers are told so on every alert",
    ),
    (
        "Automated decisions",
        "None: no outcome without a named person, a clause and a reason (UK GDPR Articles 22A to 22D)",
    ),
)


def record(found: Facts, told: Told) -> Record:
    """Return the skeleton."""
    sections = (
        Section(
            "1. Why an assessment is needed",
            ("Systematic monitoring of workers’ public posts with new technology, which can lead to measures.",),
        ),
        _processing(found, told),
        Section(
            "3. Consultation", ("See the consultation record. Workers and their representatives are to be asked.",)
        ),
        _necessity(found),
        _risks(),
        Section("6. Further purposes, each off until assessed", facts=tuple(openness_words.switched(found))),
        _sign_off(),
    )
    title = "Data protection impact assessment (skeleton)"
    return Record("dpia", title, openness_words.made(found), sections, ADVICE)


def _processing(found: Facts, told: Told) -> Section:
    facts = (
        ("Controller", or_to_do(told.council, "the council’s name")),
        (
            "Nature",
            "Collection through official interfaces, storage with evidence, classification on the council’s own "
            "machine, review by people, erasure by period.",
        ),
        ("Scope", openness_words.accounts(found)),
        ("Platforms", openness_words.platforms(found)),
        ("Posts stored", f"{sum(found.assessed.values()):,}"),
        (
            "Context",
            "Holders of accounts that the council has approved; they applied for them.",
        ),
        ("Purpose", openness_words.policy(found)),
        ("Secondary purposes", TO_DO.format("none, or which")),
        *((f"Kept: {name}", words) for name, words in openness_words.kept(found)),
    )
    return Section("2. The processing", facts=facts)


def _necessity(found: Facts) -> Section:
    live = [one.passport for one in found.register if one.live and one.passport]
    bases = Counter(one.lawful_basis or "not given" for one in live)
    told = sum(one.notice_date is not None for one in live)
    late = sum(one.review_date is not None and one.review_date < openness.today(found) for one in live)
    refs = sorted({one.dpia_ref for one in live if one.dpia_ref})
    facts = (
        (
            "Lawful basis, as the register has it",
            "; ".join(f"{basis}: {n:,}" for basis, n in bases.most_common()) or "none",
        ),
        (
            "Conditions of Articles 9 and 10",
            TO_DO.format("condition, and the appropriate policy document of Schedule 1"),
        ),
        ("Owners told before collection", f"{told:,} of {len(live):,} live accounts have a date of notice on record"),
        ("Monitoring due for review", f"{late:,} of {len(live):,} live accounts"),
        ("References of assessments on the register", present.joined(refs) or "none"),
        ("Less intrusive means", TO_DO.format("why training, or reading by hand, would not do")),
        ("Rights", "Access, objection, restriction, rectification and complaints are on record with what is due when."),
    )
    return Section("4. Necessity and proportionality", facts=facts)


def _risks() -> Section:
    rows = [(risk, measure, "to be judged", "to be judged") for risk, measure in RISKS]
    header = ("Risk", "Measure in postreeve", "Likelihood and severity", "What remains")
    return Section("5. Risks and measures", table=Table("Risks to people", header, rows))


def _sign_off() -> Section:
    names = (
        "Measures approved by",
        "Remaining risk approved by",
        "Advice of the data protection officer",
        "To be reviewed on",
    )
    return Section("7. Sign-off", facts=tuple((name, TO_DO.format("name, date and words")) for name in names))
