"""The sample: one post at a time, its words covered until asked for, without a score, a highlight or a clause."""

import streamlit as st

from dashboard import present, ui, words
from dashboard.desk import Desk, Said
from dashboard.views import load
from data.errors import Conflict, IllegalStep
from data.model import Category, Judgement, Part, Person
from data.services import answering
from data.services.anchoring import anchor_head
from data.services.answering import Item
from data.services.raising import Urgent

LEAD = (
    "Posts drawn by lot, most of which raised no alert. What people make of them tells how much the flags miss. "
    "Which of them were flagged is not shown, so that you judge the words alone."
)
PROMISE = (
    "Your answer counts against nobody: it opens no alert, stands in no dossier, and no panel and no owner is told."
)
COVERED = "The words are covered, since they may be upsetting. When you show them, the audit log records it."
NONE_LEFT = "No post of a sample waits for you. What is left may be with someone else, or of an account that you hold."
QUESTION = "Does this post meet the council’s policy?"
ANSWERS = {
    Judgement.UPHELD: "No: it is harmful in the policy’s sense",
    Judgement.NOT_UPHELD: "Yes, or near enough",
    Judgement.CANNOT_TELL: "Cannot tell",
}
FIELDS = ("judgement", "categories", "urgent", "clause", "reason")


def show(at: Desk, person: Person) -> None:
    """Draw the next post for this reader."""
    item = answering.following(at.store, person, at.settings)
    ui.title("Sample")
    ui.message()
    ui.html(present.paragraphs([LEAD, PROMISE], "pr-lead"))
    load.tell(at, person)
    if item is None:
        ui.html(present.paragraphs([NONE_LEFT]))
        ui.link("queue", "Open the review queue")
        return
    ui.html(present.paragraphs([f"{present.count(item.left, 'post waits', 'posts wait')} for an answer."]))
    setting(at, item)
    ui.html('<h2 class="pr-heading" id="pr-words" tabindex="-1">The post</h2>')
    if st.session_state.get("sample-read") == item.id:
        read(item)
        form(at, item)
    else:
        ui.html(f'<div class="pr-cover">{present.paragraphs([COVERED])}</div>')
        st.button("Show the words", key=f"sample-show-{item.id}", type="primary", on_click=uncover, args=(at, item.id))


def setting(at: Desk, item: Item) -> None:
    """Draw whose post it is and when it was published: what a reader would see around it."""
    version = item.version
    pictures = present.count(version.media_count, "picture or film", "pictures or films")
    facts = [
        ("Account", item.account.handle),
        ("Kind of post", present.KINDS[version.kind]),
        ("Published", present.short(version.published_at, at.settings.zone)),
        ("Pictures and films", pictures if version.media_count else "None"),
    ]
    ui.html(present.facts(facts))


def read(item: Item) -> None:
    """Draw the words, unmarked."""
    ui.html(words.post(words.pieces(item.version, Part.OWN), None))
    if item.version.shared_text:
        ui.html(
            words.plain("Words of someone else that it passes on (not to be judged here)", item.version.shared_text)
        )


def form(at: Desk, item: Item) -> None:
    """Draw the questions; nothing is chosen beforehand."""
    clauses = {c.id: f"{c.id}. {c.title}" for c in answering.clauses(at.store)}
    with st.form(key=f"sample-form-{item.id}", enter_to_submit=False):
        st.radio(
            QUESTION, list(ANSWERS), index=None, key=f"sample-judgement-{item.id}", format_func=lambda j: ANSWERS[j]
        )
        st.multiselect(
            "Which kind of harm, if it is harmful?",
            list(Category),
            key=f"sample-categories-{item.id}",
            placeholder="None chosen",
            format_func=lambda c: present.CATEGORIES[c],
        )
        st.checkbox("It cannot wait: open an alert about it in my name", key=f"sample-urgent-{item.id}")
        st.selectbox(
            "Under which clause?", list(clauses), key=f"sample-clause-{item.id}", format_func=lambda c: clauses[c]
        )
        st.text_area("Why can it not wait?", key=f"sample-reason-{item.id}")
        st.form_submit_button("Record the answer", type="primary", on_click=record, args=(at, item.id))


def uncover(at: Desk, item_id: int) -> None:
    """Callback: record the reading, then show the words."""

    def act(person: Person) -> Said:
        answering.uncover(at.store, person, at.settings, item_id)
        st.session_state["sample-read"] = item_id
        anchor_head(at.store, at.settings)
        return Said(0, True, "The words are shown.", "pr-words", shown=False)

    at.attempt(act)


def record(at: Desk, item_id: int) -> None:
    """Callback: record the answer on exactly the post that was shown, then go on to the next one."""

    def act(person: Person) -> Said:
        if st.session_state.get("sample-read") != item_id:
            raise Conflict("Another post is shown by now; nothing was recorded on the one before.")
        given = {name: st.session_state.get(f"sample-{name}-{item_id}") for name in FIELDS}
        if given["judgement"] is None:
            raise IllegalStep("Say first whether the post meets the policy.")
        urgent = Urgent(str(given["clause"]), str(given["reason"] or "")) if given["urgent"] else None
        kinds = [Category(c) for c in given["categories"] or ()]
        opened = answering.answer(at.store, person, item_id, Judgement(given["judgement"]), kinds, urgent)
        anchor_head(at.store, at.settings)
        alert = f" Alert {opened} is in the queue." if opened else ""
        return Said(0, True, f"Your answer is recorded.{alert}", "pr-title")

    at.attempt(act)
