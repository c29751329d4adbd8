"""The record for the Algorithmic Transparency Recording Standard: its fields of tier 1 and 2, by their numbers."""

from dashboard import measured, openness_words, present
from dashboard.measured import Evaluation
from dashboard.openness_words import ADVICE, TO_DO, Told, or_to_do
from dashboard.parts import Section
from dashboard.record import Record
from data.services.openness import Facts

SUMMARY = (
    "postreeve keeps the council’s register of social media accounts, collects the public posts of the accounts on it, "
    "and puts posts that may be harassing or discriminatory before a person. A trained text classifier only prompts: "
    "it decides nothing about anyone."
)
HUMAN = (
    "A reviewer reads each flagged post in its setting, hears the holder of the account before anything that counts "
    "against them, and records a judgement (was the flag right?) apart from an outcome (what follows?), with a clause "
    "and a reason. Outcomes begin with advice and training, which never count against anyone. Nobody decides on an "
    "account that they hold or line-manage. No outcome rests on a score."
)
RISKS = (
    (
        "Mistaken flags: most alerts are, since harm is rare",
        "A person decides; rates are measured and shown beside every flag",
    ),
    ("Harm that is not flagged", "No screen calls silence clean; a sample of posts that were not flagged can be read"),
    (
        "Some groups’ words are flagged more often than others’",
        "Rates by characteristic are measured; see the equality record",
    ),
    (
        "Staff feel watched, and stop speaking",
        "Registered accounts alone; ask first; advice first; no points and no league table",
    ),
    ("A score is taken for a finding", "Scores are on no notice and no report; screens say “possible”"),
    ("Reviewers are hurt by what they read", "Words are covered until asked for; pauses and limits"),
)


def record(found: Facts, told: Told, given: Evaluation | None) -> Record:
    """Return the record."""
    sections = (
        _tier1(told),
        _owner(told),
        _rationale(found),
        _process(found),
        Section("2.3.3 Frequency and scale of usage", table=measured.table("How it was used", measured.use(found))),
        _system(found),
        _model(found),
        _performance(found, given),
        _data(found),
        _risks(),
    )
    title = "Algorithmic transparency record: postreeve"
    return Record("atrs", title, openness_words.made(found), sections, ADVICE)


def _tier1(told: Told) -> Section:
    facts = (
        ("1.1 Name", "postreeve"),
        ("1.2 Description", SUMMARY),
        ("1.3 Website URL", or_to_do(told.website, "a page about the tool")),
        ("1.4 Contact email", or_to_do(told.contact, "an address that is answered")),
    )
    return Section("Tier 1: overview", facts=facts)


def _owner(told: Told) -> Section:
    facts = (
        ("2.1.1 Organisation", or_to_do(told.council, "the council’s name")),
        ("2.1.2 Team", or_to_do(told.team, "the team that runs it")),
        ("2.1.3 Senior responsible owner", or_to_do(told.owner, "the role, not the name")),
        (
            "2.1.4 Third party involvement",
            TO_DO.format("whether a supplier hosts or supports it; the software is open source"),
        ),
    )
    return Section("2.1 Owner and responsibility", facts=facts)


def _rationale(found: Facts) -> Section:
    facts = (
        ("2.2.1 Detailed description", SUMMARY),
        (
            "2.2.2 Scope",
            f"{openness_words.accounts(found)} Platforms: {openness_words.platforms(found)}. Accounts that are "
            "not on the register, personal ones and those of unions are never collected.",
        ),
        ("2.2.3 Benefit", TO_DO.format("what has improved, and how that was measured")),
        ("2.2.4 Previous process", TO_DO.format("how accounts were looked after before")),
        ("2.2.5 Alternatives considered", TO_DO.format("such as reading a sample by hand, or training alone")),
    )
    return Section("2.2 Description and rationale", facts=facts)


def _process(found: Facts) -> Section:
    policy = found.policy.policy
    looks = present.joined([present.OUTCOMES[o].lower() for o in policy.second_look]) or "no outcome"
    facts = (
        (
            "2.3.1 Process integration",
            "Flags wait in a queue for reviewers. The renewal of an account rests on what people "
            "upheld, beside what was collected, mistaken flags and what the holder replied.",
        ),
        (
            "2.3.2 Provided information",
            "The post, the words that raised and lowered the score, the clause in plain words, "
            "reasons why it may be fine, and how often such flags were upheld. No bare score.",
        ),
        ("2.3.4 Human decisions and review", HUMAN),
        ("2.3.5 Required training", TO_DO.format("what reviewers and panel members are taught, and when")),
        (
            "2.3.6 Appeals and review",
            f"Holders have {policy.reply_window_days} days to reply first and {policy.appeal_days} days "
            f"to ask that someone else decides anew. Two reviewers are needed for: {looks}.",
        ),
    )
    return Section("2.3 Decision making process", facts=facts)


def _system(found: Facts) -> Section:
    facts = (
        (
            "2.4.1.1 System architecture",
            "Collectors of official interfaces, a store with an audit log, a classifier on the "
            "council’s own machine, and screens. No post leaves it to be classified.",
        ),
        ("2.4.1.2 Phase", TO_DO.format("idea, pilot or in use")),
        ("2.4.1.3 Maintenance", TO_DO.format("who reviews policy, model and figures, and how often")),
        ("2.4.1.4 Models", openness_words.model(found)),
        ("Rules", openness_words.policy(found)),
        *((f"Clause {n}", line) for n, line in enumerate(openness_words.clauses(found), 1)),
    )
    return Section("2.4.1 System", facts=facts)


def _model(found: Facts) -> Section:
    manifest = dict(found.model["manifest"]) if found.model else {}
    sets = [f"{s['name']} ({s['train']:,} rows, {s['licence']})" for s in manifest.get("sets", ())]
    learnt = "Yes: heads were adapted to this council’s judgements." if manifest.get("adapted") else "No."
    facts = (
        ("2.4.2.1 Model name", str(manifest.get("name") or measured.UNKNOWN)),
        ("2.4.2.2 Version", str(found.model["hash"]) if found.model else measured.UNKNOWN),
        (
            "2.4.2.3 Task",
            "How likely a reviewer would uphold a text under any clause; categories of harm; characteristics.",
        ),
        ("2.4.2.4 Input", "The words of one public post in English."),
        (
            "2.4.2.5 Output",
            f"Probabilities; share of harmful posts they assume: {manifest.get('prevalence', measured.UNKNOWN)}.",
        ),
        ("2.4.2.6 Architecture", "A small fine-tuned text encoder with calibrated linear heads."),
        ("2.4.2.8 Datasets", present.joined(sets) or measured.UNKNOWN),
        ("Has it learnt from reviews?", learnt if found.model else measured.UNKNOWN),
    )
    return Section("2.4.2 Model", facts=facts)


def _performance(found: Facts, given: Evaluation | None) -> Section:
    figures = [*measured.errors(found, given), *measured.missed(found)]
    lead = ["Rates on labelled sets are not those on the council’s own posts; only a sample of these tells."]
    if given is not None and found.model is not None and given.document.get("model") != found.model["hash"]:
        lead.append("Beware: the evaluation that was handed in is of another model than the one that judged last.")
    return Section("2.4.2.7 Model performance", tuple(lead), table=measured.table("Error rates", figures))


def _data(found: Facts) -> Section:
    facts = (
        (
            "2.4.3 Source data",
            f"Public posts of registered accounts; {sum(found.assessed.values()):,} posts are stored.",
        ),
        ("Sensitive attributes", "None is recorded of a person. A post may mention protected characteristics."),
        (
            "Completeness",
            "Gaps in collection and what could not be assessed (pictures without a description, other "
            "languages) are recorded and shown, never as clean.",
        ),
        (
            "Access and storage",
            "People named on the register by role; every reading of flagged words is in the audit log.",
        ),
        *((f"Kept: {name}", words) for name, words in openness_words.kept(found)),
    )
    return Section("2.4.3 Data", facts=facts)


def _risks() -> Section:
    facts = (
        (
            "2.5.1 Impact assessment",
            TO_DO.format("title, date and address; a skeleton is in dpia.html and equality.html"),
        ),
    )
    return Section(
        "2.5 Risks, mitigations and impact assessments", facts=(*facts, *((f"2.5.2 {r}", m) for r, m in RISKS))
    )
