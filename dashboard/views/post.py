"""One alert at a time: the post, why it was flagged, why it may be fine, and the way to a decision."""

from html import escape

import streamlit as st

from dashboard import filters, present, shortcuts, ui, words
from dashboard.desk import Desk, Said
from dashboard.views import after, deciding, elections, lessons
from data.errors import NotFound
from data.keys import Step
from data.model import AlertStatus, Explanation, Part, Person
from data.services import reading, review
from data.services.reading import AlertCase
from data.services.review import Seen
from data.store.rows import AnyRow

COVERED = (
    "The words of this post are covered, because they may be upsetting. They were flagged as possible {}. "
    "When you show them, the audit log records that you read them."
)
WHOLE_TEXT = (
    "The marked words hold less than two thirds of what raised it: it is the text as a whole more than any word."
)
SUGGESTED = "A score is a prompt to look, never a finding. What counts is your reading of the post in its setting."


def show(at: Desk, person: Person) -> None:
    """Draw the alert that the address names."""
    text = deciding.followed_turn(at, st.query_params.get("alert", ""))
    if not text:
        none_left()
        return
    case = reading.alert_case(at.store, person, number(text, "the review queue"))
    shortcuts.read(at, person)
    filters.link("queue", "Back to the review queue")
    top(at, case)
    ui.message()
    elections.show(at)
    left, right = st.columns([0.6, 0.4], gap="large")
    with left:
        read = uncovered(case)
        the_words(at, case, read)
        if read:
            why(case)
    with right:
        the_rule(case)
        the_account(case)
        the_post(at, case)
    deciding.steps(at, person, case, read)
    lessons.form(at, person, case)
    below(at, case, read)


def number(text: str, where: str) -> int:
    """Return the number of an alert out of an address; raise `NotFound`, naming where to choose one."""
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise NotFound(f"{text[:40]!r} is not the number of an alert. Choose one from {where}.")
    return int(text)


def none_left() -> None:
    """Say that there is no further alert for this person."""
    ui.title(deciding.none_left().rstrip("."))
    ui.message()
    ui.html(present.paragraphs(["Others may be with another reviewer, or wait for the owner of an account."]))
    filters.link("queue", "Open the review queue")


def top(at: Desk, case: AlertCase) -> None:
    """Draw the heading: the possibility, never a finding."""
    alert = case.alert
    title = case.hits[0].title if case.hits else "Possible: see the post"
    tags = present.tag(f"{present.SEVERITIES[alert.severity]} severity", alert.severity)
    tags += present.tag(present.STATUSES[alert.status], "good" if alert.status is AlertStatus.DECIDED else "plain")
    if case.post.gone_at is not None:
        tags += present.tag("No longer on the platform")
    label = f"Alert {alert.id}, opened {present.short(alert.opened_at, at.settings.zone)}"
    ui.title(title, label, tags)


def uncovered(case: AlertCase) -> bool:
    """Say whether this person has asked for the words of exactly this version in this session."""
    return (case.alert.id, case.alert.version_id) in st.session_state.get("uncovered", set())


def uncover(at: Desk, seen: Seen, *, take: bool = False) -> None:
    """Callback: record the reading, then show the words; with `take`, take the alert first."""

    def act(person: Person) -> Said:
        if take:
            deciding.claimed(at, person, seen)
        review.note_read(at.store, person, seen.alert_id)
        shown = st.session_state.setdefault("uncovered", set())
        shown.add((seen.alert_id, seen.version_id))
        taken = f"Alert {seen.alert_id} is yours for now, and its words are shown." if take else "The words are shown."
        return Said(0, True, taken, "pr-words", shown=take)

    at.attempt(act)


def cover(case: AlertCase) -> None:
    """Callback: cover the words again."""
    st.session_state.get("uncovered", set()).discard((case.alert.id, case.alert.version_id))


def the_words(at: Desk, case: AlertCase, read: bool) -> None:
    """Draw the words of the post, covered until asked for."""
    ui.html('<h2 class="pr-heading" id="pr-words" tabindex="-1">The post</h2>')
    seen, alert = review.seen(case.alert), case.alert
    if read:
        shown(case)
        return
    named = present.joined([hit.title.removeprefix("Possible: ") for hit in case.hits]) or "harm"
    ui.html(f'<div class="pr-cover">{present.paragraphs([COVERED.format(named)])}</div>')
    with st.container(horizontal=True):
        if deciding.can_take(at, case):
            st.button(
                "Take this alert and show the words",
                key=f"take-show-{alert.id}",
                type="primary",
                on_click=uncover,
                args=(at, seen),
                kwargs={"take": True},
                shortcut=shortcuts.of(Step.TAKE),
            )
        key, step = f"show-{alert.id}", shortcuts.of(Step.SHOW)
        st.button("Show the words", key=key, on_click=uncover, args=(at, seen), shortcut=step)


def shown(case: AlertCase) -> None:
    """Draw the words of the post, judged part first, with the way to cover them again."""
    version, cause = case.version, case.alert.cause
    ui.html(words.post(words.pieces(version, cause), case.explanation))
    if cause is Part.SHARED and version.text:
        ui.html(words.plain("Its own words", version.text))
    if cause is Part.OWN and version.shared_text:
        ui.html(words.plain("Words of someone else that it passes on", version.shared_text))
    st.button("Cover the words", key=f"cover-{case.alert.id}", on_click=cover, args=(case,))


def why(case: AlertCase) -> None:
    """Draw what raised and lowered the score, as lists, with the reasons it may be fine."""
    found, finding = case.explanation, case.finding
    ui.heading("Why it was flagged")
    if found is not None:
        ui.html(
            "<p>Words that <mark class='pr-for'>raised</mark> the score most:</p>"
            + present.bullets(words.listed(found.for_, found.against), "None stands out; it is the text as a whole.")
            + "<p>Words that <mark class='pr-against'>lowered</mark> it:</p>"
            + present.bullets(words.listed(found.against, found.for_), "None that weighs much.")
        )
        if words.diffuse(found.for_, found.against):
            ui.html(present.paragraphs([WHOLE_TEXT]))
        every_word(found, f"{case.alert.id}")
    else:
        ui.html(present.paragraphs([by_hand(case) or "No explanation was stored for this flag."]))
    ui.html(present.paragraphs([present.upheld(*case.upheld), SUGGESTED]))
    ui.link("how-to-read", "How to read this")
    ui.heading("Why it may be fine")
    reasons = [present.CUES.get(cue, cue) for cue in (finding.cues if finding is not None else ())]
    own = [f"The account’s purpose is: {case.passport.purpose}"] if case.passport and case.passport.purpose else []
    ui.html(present.bullets([*reasons, *own, "Blunt, warm or funny is allowed; so is lawful disagreement or belief."]))
    if finding is not None and finding.not_assessed:
        ui.html(present.paragraphs([present.left_out(finding.not_assessed)]))


def every_word(found: Explanation, key: str) -> None:
    """Draw the words that are not marked too, folded: marked are only those that carry most of the weight."""
    if rows := words.weighed(found):
        with st.expander("Every word, and how much it weighed", key=f"weights-{key}"):
            head = ["Word", "The score was", "Of 100 parts on that side"]
            ui.html(present.table("In the order of the text; the post marks the heaviest only", head, rows))


def by_hand(case: AlertCase) -> str:
    """Say why a person opened the alert, empty where the classifier did."""
    said = [event for event in case.events if event.action == "open" and event.detail.get("reason")]
    return f"Not the classifier but {said[0].actor} opened this alert: {said[0].detail['reason']}" if said else ""


def the_rule(case: AlertCase) -> None:
    """Draw the clauses met, in plain words."""
    ui.heading("The rule it may touch")
    for hit in case.hits:
        clause = case.policy.clause(hit.clause)
        named = [present.CHARACTERISTICS[c] for c in hit.characteristics if c in present.CHARACTERISTICS]
        about = f"<p class='pr-soft'>The flag points to: {escape(present.joined(named).lower())}.</p>" if named else ""
        words_of = clause.text if clause else "The present policy no longer has this clause."
        ui.html(f"<p><strong>{escape(hit.clause)}. {escape(hit.title)}</strong></p><p>{escape(words_of)}</p>{about}")
    ui.html(
        present.paragraphs(
            ["Whether it is discrimination or harassment in law is for advisers, not for this screen."], "pr-soft"
        )
    )


def the_account(case: AlertCase) -> None:
    """Draw whose account it is and what it is for."""
    account, passport = case.account, case.passport
    ui.heading("The account")
    holders = present.joined([f"{name} ({present.LINKS.get(link, link).lower()})" for link, name, _ in case.holders])
    ui.html(
        present.facts(
            [
                ("Account", account.handle),
                ("Its stated purpose", passport.purpose if passport else ""),
                ("Department", account.department),
                ("Platform", present.PLATFORMS[account.platform]),
                ("Held by", holders),
            ]
        )
    )
    ui.link("account", f"More about {account.handle}", account=account.id)


def the_post(at: Desk, case: AlertCase) -> None:
    """Draw what kind of post it is, when it was published and collected, and the way out to it."""
    ui.heading("The post’s place")
    post, version, zone = case.post, case.version, at.settings.zone
    pictures = (
        present.count(version.media_count, "picture or film", "pictures or films") if version.media_count else "None"
    )
    described = f", {len(version.alt_texts)} with a description" if version.media_count else ""
    pairs = [
        ("Kind of post", present.KINDS[version.kind]),
        ("Published", present.short(post.published_at, zone)),
        ("First collected", present.short(post.first_seen_at, zone)),
        ("Last seen there", present.short(post.last_seen_at, zone)),
        ("Pictures and films", pictures + described),
        ("Versions", f"{version.number} of {len(case.versions)}"),
    ]
    ui.html(present.facts(pairs))
    ui.outward(post.url, "Open the post on its platform", "The post has no web address that can be opened.")


def below(at: Desk, case: AlertCase, read: bool) -> None:
    """Draw what belongs to the alert's history: versions, replies, decisions, events."""
    zone = at.settings.zone
    earlier(at, case, read)
    if case.replies:
        ui.heading("What the owner says")
        replies(at, case)
    after.opinions(at, case)
    for decision in reversed(case.reviews):
        decided(at, case, decision)
    ui.heading("What happened so far")
    rows = [
        (present.short(e.at, zone), present.ACTIONS.get(e.action, e.action), e.actor) for e in reversed(case.events)
    ]
    ui.html(present.table("Events, newest first", ["When", "What", "Who"], rows, hidden=True))


def earlier(at: Desk, case: AlertCase, read: bool) -> None:
    """Draw the earlier versions of the post, folded, when there are any."""
    if len(case.versions) > 1:
        with st.expander(f"Earlier versions ({len(case.versions) - 1})", key=f"versions-{case.alert.id}"):
            versions(at, case, read)


def replies(at: Desk, case: AlertCase) -> None:
    """Draw what the holders of the account replied."""
    for reply in case.replies:
        who = case.names.get(reply.person_id, "The owner")
        beside = f", with {reply.companion}" if reply.companion else ""
        ui.html(words.plain(f"{who}{beside}, {present.short(reply.at, at.settings.zone)}", reply.text))


def versions(at: Desk, case: AlertCase, read: bool) -> None:
    """Draw the versions of the post, each against the one before it."""
    if not read:
        ui.html(present.paragraphs(["Show the words first; earlier versions are covered too."]))
        return
    before = ""
    for version in case.versions:
        label = f"Version {version.number}, seen {present.short(version.seen_at, at.settings.zone)}"
        first = version.number == 1
        ui.html(words.plain(label, version.text) if first else words.boxed_difference(label, before, version.text))
        before = version.text


def decided(at: Desk, case: AlertCase, row: AnyRow) -> None:
    """Draw one decision."""
    ui.heading("Decision" + (" (taken back)" if row.undone_at else ""))
    named = [present.CATEGORIES.get(c, c) for c in row.categories]
    named += [present.CHARACTERISTICS.get(c, c) for c in row.characteristics]
    pairs = [
        ("Judgement", present.JUDGEMENTS[row.judgement]),
        ("Outcome", present.OUTCOMES[row.outcome]),
        ("Clause", row.clause),
        ("Confirmed", present.joined(named) or "nothing in particular"),
        ("Reason", row.reason),
        ("By", f"{case.names.get(row.reviewer_id, 'a reviewer')}, {present.short(row.at, at.settings.zone)}"),
    ]
    ui.html(present.facts(pairs))
