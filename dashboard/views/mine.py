"""A holder's own page: their accounts, what they are asked about, and their reply. They see what the reviewer sees."""

from datetime import timedelta

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from dashboard.views import belonging, commended, holding, post, training
from data import review as rules
from data.clock import local_day
from data.errors import Conflict
from data.model import AlertStatus, Person, Severity
from data.services import owning, review
from data.services.anchoring import anchor_head
from data.services.owning import Held
from data.services.reading import AlertCase
from data.services.review import Seen
from data.store.rows import AnyRow

COVERED = (
    "The words of the post are covered, because they may be upsetting. When you show them, the audit log records that "
    "you read them."
)
YOUR_SIDE = (
    "Nobody assumes that you wrote this post, or that it does harm. Say what was meant, what came before it, or what "
    "you have done since. What you write is read before anything is decided, and kept with the alert."
)
GUESS = (
    "A flag is a computer’s guess that these words may touch a rule, and most are mistaken. It is no finding and no "
    "suspicion: a person reads the post, and you are heard before anything that counts against anyone is decided."
)
NOT_TOLD = (
    "Flags that reviewers have not asked you about are not told here, nor whether there are any: most are mistaken and "
    "end with that. You are asked before anything that counts against anyone is decided."
)
URGENT = "This is marked as urgent. Please ring {} now."
INTERIM = "This is not a finding. It ends when the alert is decided."
ONCE = "Your reply about alert {} is recorded, once; a further press was ignored."


def show_alert(at: Desk, person: Person) -> None:
    """Draw the alert that the address names."""
    wanted = post.number(st.query_params.get("alert", ""), "My accounts")
    one(at, owning.my_alert(at.store, person, wanted))


def show(at: Desk, person: Person) -> None:
    """Draw every account that this person holds with its alerts."""
    held = owning.mine(at.store, person)
    ui.title("My accounts")
    ui.message()
    asked = sum(len(one.asked) for one in held)
    if not held:
        lead = "You hold no account on the register. If that is wrong, tell the communications team."
    elif asked:
        lead = f"{present.count(asked, 'alert waits', 'alerts wait')} for your reply."
    else:
        lead = "Nothing waits for your reply."
    ui.html(present.paragraphs([lead], "pr-lead"))
    if held:
        ui.html(present.paragraphs([NOT_TOLD]))
    for one_of in held:
        account(at, one_of)
        commended.mine(at, person, one_of.account.id)
        belonging.account(at, person, one_of)
    holding.support(at, person)
    training.show(at, person)


def account(at: Desk, held: Held) -> None:
    """Draw one account: what it is for, what is asked, what was decided."""
    ui.heading(held.account.handle)
    passport = held.passport
    until = present.day(passport.renewal_date) if passport and passport.renewal_date else "not set"
    purpose = passport.purpose if passport else ""
    ui.html(present.facts([("Its stated purpose", purpose), ("Passport until", until)]))
    settled = [row for row in held.told if row not in held.asked]
    for label, rows in (("Waiting for your reply", held.asked), ("What you were told about", settled)):
        if rows:
            ui.heading(label, 3)
        for row in rows:
            line(at, row)
    if said := counted(held):
        ui.html(present.paragraphs(said, "pr-soft"))


def line(at: Desk, row: AnyRow) -> None:
    """Draw one alert as a link with where it stands."""
    with st.container(key=f"mine-{row.id}", gap="xsmall"):
        opened = present.short(row.opened_at, at.settings.zone)
        ui.link("my-alert", f"Alert {row.id}, opened {opened}", alert=row.id)
        ui.html(present.paragraphs([standing(row)], "pr-soft pr-under"))


def standing(row: AnyRow) -> str:
    """Say where an alert stands, for the holder of the account."""
    if row.interim_at is not None:
        return "You are asked to hide or correct the post now."
    if row.status == AlertStatus.AWAITING_REPLY:
        return "Your side is asked for."
    if row.status in rules.SETTLED and row.outcome:
        return f"Decided: {present.OUTCOMES[row.outcome].lower()}."
    return "You replied; a reviewer reads it." if row.replied_at is not None else "With a reviewer."


def counted(held: Held) -> list[str]:
    """Say what is not listed, and why; what reviewers still look at is not told, whether there is something or not."""
    mistakes = f"Our mistakes: {held.mistakes}. These flags were not upheld, and their words are not kept before you."
    return [mistakes] * bool(held.mistakes)


def one(at: Desk, case: AlertCase) -> None:
    """Draw one alert for the holder of its account."""
    ui.link("mine", "Back to my accounts")
    title = case.hits[0].title if case.hits else "Possible: see the post"
    ui.title(title, f"Alert {case.alert.id} on {case.account.handle}", present.tag(present.STATUSES[case.alert.status]))
    ui.message()
    ui.html(present.paragraphs([GUESS], "pr-lead"))
    ui.link("how-to-read", "How to read a score")
    if case.interim_reason:
        ui.refusal(f"Please hide or correct this post now: {case.interim_reason} {INTERIM}")
    read = post.uncovered(case)
    left, right = st.columns([0.6, 0.4], gap="large")
    with left:
        the_words(at, case, read)
        if read:
            post.why(case)
    with right:
        post.the_rule(case)
        guidance(at, case)
        post.the_post(at, case)
    post.earlier(at, case, read)
    your_side(at, case)
    for decision in reversed(case.reviews):
        if decision.undone_at is None:
            decided(at, decision)


def the_words(at: Desk, case: AlertCase, read: bool) -> None:
    """Draw the words of the post, covered until asked for."""
    ui.html('<h2 class="pr-heading" id="pr-words" tabindex="-1">The post</h2>')
    if read:
        post.shown(case)
        return
    ui.html(f'<div class="pr-cover">{present.paragraphs([COVERED])}</div>')
    seen = review.seen(case.alert)
    st.button("Show the words", key=f"show-{seen.alert_id}", type="primary", on_click=uncover, args=(at, seen))


def guidance(at: Desk, case: AlertCase) -> None:
    """Draw what the policy suggests under the gravest clause: advice first. Only what is urgent, and has someone who
    can be rung, asks for it now."""
    clause = case.policy.clause(case.hits[0].clause) if case.hits else None
    contact = at.settings.duty_contact
    urgent = case.alert.severity is Severity.URGENT and case.alert.status not in rules.SETTLED
    said = [clause.guidance] if clause is not None else []
    said += [URGENT.format(contact)] * bool(urgent and contact)
    if said:
        ui.heading("What the policy suggests")
        ui.html(present.paragraphs(said))


def your_side(at: Desk, case: AlertCase) -> None:
    """Draw the replies so far and, until the alert is decided, the form for one."""
    zone, alert = at.settings.zone, case.alert
    ui.heading("Your side")
    post.replies(at, case)
    if alert.status in rules.SETTLED:
        holding.after_decision(at, case)
        return
    if alert.status is AlertStatus.AWAITING_REPLY and alert.reply_asked_at is not None:
        last = local_day(alert.reply_asked_at, zone) + timedelta(days=case.policy.reply_window_days)
        ui.html(present.paragraphs([f"You have until {present.day(last)} to reply."]))
    ui.html(present.paragraphs([YOUR_SIDE]))
    seen = review.seen(alert)
    with st.form(key=f"reply-{alert.id}-{alert.revision}", enter_to_submit=False):
        st.text_area("Your reply", key=words_key(seen), height=160)
        st.text_input(
            "Someone who stands beside you, if you like: a colleague or a union representative", key=beside(seen)
        )
        st.form_submit_button("Send your reply", type="primary", on_click=send, args=(at, seen))


def decided(at: Desk, row: AnyRow) -> None:
    """Draw one decision, without the name of who took it."""
    ui.heading("What was decided")
    pairs = [
        ("Judgement", present.JUDGEMENTS[row.judgement]),
        ("What follows", present.OUTCOMES[row.outcome]),
        ("Clause", row.clause),
        ("Reason", row.reason),
        ("When", present.short(row.at, at.settings.zone)),
    ]
    ui.html(present.facts(pairs))


def words_key(seen: Seen) -> str:
    """Return what the reply's field is named by: this alert as it was seen."""
    return f"reply-{seen.alert_id}-{seen.revision}-text"


def beside(seen: Seen) -> str:
    """Return what the field of the reply's companion is named by."""
    return f"reply-{seen.alert_id}-{seen.revision}-companion"


def uncover(at: Desk, seen: Seen) -> None:
    """Callback: record the reading, then show the words."""

    def act(person: Person) -> Said:
        owning.note_read(at.store, person, seen.alert_id)
        st.session_state.setdefault("uncovered", set()).add((seen.alert_id, seen.version_id))
        return Said(0, True, "The words are shown.", "pr-words", shown=False)

    at.attempt(act)


def send(at: Desk, seen: Seen) -> None:
    """Callback: record the reply on exactly what was seen; a further press of the same one is ignored."""

    def act(person: Person) -> Said:
        text = str(st.session_state.get(words_key(seen)) or "").strip()
        try:
            owning.reply(at.store, person, seen, text, str(st.session_state.get(beside(seen)) or ""))
        except Conflict:
            last = owning.my_alert(at.store, person, seen.alert_id).replies[-1:]
            if not any((row.person_id, row.text) == (person.id, text) for row in last):
                raise
            return Said(0, True, ONCE.format(seen.alert_id), "pr-title")
        anchor_head(at.store, at.settings)
        return Said(0, True, f"Your reply about alert {seen.alert_id} is recorded; a reviewer reads it.", "pr-title")

    at.attempt(act)
