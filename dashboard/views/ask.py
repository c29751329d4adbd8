"""Ask first: a holder pastes a draft, or asks an officer, before anything is posted. Support, and nothing else."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import present, ui, words
from dashboard.desk import Desk, Said, say
from dashboard.views import elections, post
from data.model import Contribution, Explanation, Person
from data.services import drafts, silence
from data.store.rows import AnyRow

LEAD = (
    "Paste what you are about to post. In a few seconds you see which rule of the policy it may touch, which words "
    "speak for and against that, and what the policy suggests."
)
PROMISE = (
    "Nothing of this is kept: the draft is deleted when it is answered. It raises no flag, is counted nowhere and is "
    "shown to nobody."
)
CLEAR = "No rule of the policy seems to be touched. That is no promise: what counts is how people read it."
UNREAD = "This could not be read: only English is, and it needs words. Ask an officer instead."
FIELD, QUESTION, WITH = "ask-draft", "ask-question", "ask-with-draft"


def show(at: Desk, person: Person) -> None:
    """Draw the page."""
    ui.title("Ask first")
    ui.message()
    ui.html(present.paragraphs([LEAD, PROMISE], "pr-lead"))
    elections.show(at)
    with st.form(key="ask-form", enter_to_submit=False):  # one form: what stands in another is not sent along
        st.text_area("Your draft", key=FIELD, height=160, max_chars=drafts.LONGEST)
        st.form_submit_button("Look at this draft", type="primary", on_click=ask, args=(at,))
        st.text_area("Or a question to an officer", key=QUESTION, height=100, max_chars=drafts.LONGEST)
        st.checkbox("Send the draft above with it", key=WITH)
        st.form_submit_button("Ask an officer", on_click=ask_officer, args=(at,))
    if "asked" in st.session_state:
        waiting(at, person)
    if "answered" in st.session_state:
        answered(*st.session_state["answered"])
    if rows := drafts.mine(at.store, person):
        ui.heading("What you asked officers")
        for row in rows:
            one(at, row)


@st.fragment(run_every=1.0)
def waiting(at: Desk, person: Person) -> None:
    """Ask once a second whether the answer is there; then delete it from the store and show it."""
    if "asked" not in st.session_state:
        return
    number, text = st.session_state["asked"]
    row = drafts.answer_of(at.store, person, number)
    if row.done_at is None:
        no_worker(at)
        return
    drafts.done(at.store, person, number)
    del st.session_state["asked"]
    if row.error:
        say(Said(0, False, row.error, "pr-said"))
    else:
        st.session_state["answered"] = (text, drafts.told(row))
        say(Said(0, True, "Here is what the policy says of your draft.", "pr-answer", shown=False))
    st.rerun()


def no_worker(at: Desk) -> None:
    """Say that the answer is on its way, or that nobody is there to give it."""
    seen = silence.worker(at.store)
    if seen.at_work:
        ui.html(present.paragraphs(["It is being looked at …"]))
        return
    since = f"since {present.short(seen.last, at.settings.zone)}" if seen.last else "yet"
    ui.refusal(f"Nothing answers: no worker has been at work {since}. Tell the administrator, or ask an officer below.")


def answered(text: str, answer: Mapping[str, Any]) -> None:
    """Draw what the policy says of a draft."""
    ui.html('<h2 class="pr-heading" id="pr-answer" tabindex="-1">What the policy says of your draft</h2>')
    why = explanation(text, answer)
    ui.html(words.post([words.Piece("Your draft", text, 0)], why))
    if not answer["read"]:
        ui.html(present.paragraphs([UNREAD]))
        return
    if not answer["clauses"]:
        ui.html(present.paragraphs([CLEAR]))
    for clause in answer["clauses"]:
        ui.heading(clause["title"], 3)
        ui.html(present.paragraphs([clause["text"], clause["guidance"]]))
    raised, lowered = words.listed(why.for_, why.against), words.listed(why.against, why.for_)
    ui.html(
        "<p>Words that speak for a flag:</p>" + present.bullets(raised, "None stands out; it is the text as a whole.")
    )
    ui.html("<p>Words that speak against one:</p>" + present.bullets(lowered, "None stands out."))
    if words.diffuse(why.for_, why.against):
        ui.html(present.paragraphs([post.WHOLE_TEXT]))
    post.every_word(why, "draft")
    if answer["cues"]:
        ui.html("<p>Why it may be fine:</p>" + present.bullets(present.CUES.get(cue, cue) for cue in answer["cues"]))
    ui.link("how-to-read", "How to read this")
    st.button("Done: clear this page", on_click=clear)


def explanation(text: str, answer: Mapping[str, Any]) -> Explanation:
    """Return the stretches of an answer on the draft, whose words the answer does not hold."""

    def stretches(name: str) -> tuple[Contribution, ...]:
        found = ((int(s["start"]), int(s["end"]), float(s["weight"])) for s in answer[name])
        return tuple(Contribution(a, b, text[a:b], weight) for a, b, weight in found)

    return Explanation(0.0, 0.0, stretches("for"), stretches("against"))


def one(at: Desk, row: AnyRow) -> None:
    """Draw one question to an officer, with the answer once it is there."""
    asked = present.short(row.asked_at, at.settings.zone)
    if row.done_at is None:
        ui.html(words.plain(f"You asked on {asked}; an officer will answer", str(row.subject.get("question", ""))))
    else:
        ui.html(words.plain(f"Advice, on your question of {asked}", str(drafts.told(row).get("words", ""))))
    label = "Take the question back" if row.done_at is None else "Done: delete this answer"
    st.button(label, key=f"forget-{row.id}", on_click=forget, args=(at, row.id))


def ask(at: Desk) -> None:
    """Callback: put the draft before the worker."""

    def act(person: Person) -> Said:
        text = str(st.session_state.get(FIELD) or "").strip()
        st.session_state.pop("answered", None)
        st.session_state["asked"] = (drafts.ask(at.store, person, text), text)
        return Said(0, True, "Your draft is being looked at.", "pr-title", shown=False)

    at.attempt(act)


def ask_officer(at: Desk) -> None:
    """Callback: put a question before the officers."""

    def act(person: Person) -> Said:
        draft = str(st.session_state.get(FIELD) or "") if st.session_state.get(WITH) else ""
        drafts.ask_officer(at.store, person, str(st.session_state.get(QUESTION) or ""), draft)
        st.session_state[QUESTION] = ""
        return Said(0, True, "Your question is with the officers. The answer comes on this page.", "pr-title")

    at.attempt(act)


def forget(at: Desk, number: int) -> None:
    """Callback: delete a question with its answer."""

    def act(person: Person) -> Said:
        drafts.done(at.store, person, number)
        return Said(0, True, "It is deleted.", "pr-title")

    at.attempt(act)


def clear() -> None:
    """Callback: forget the draft and what was said of it."""
    st.session_state.pop("answered", None)
    st.session_state[FIELD] = ""
