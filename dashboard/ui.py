"""The few drawing helpers that every page shares. All words of others go through `present` or `words` first."""

from collections.abc import Mapping
from html import escape

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import desk, present


def html(body: str) -> None:
    """Draw HTML of ours; every text of others in it must be escaped already."""
    st.html(body)


def title(text: str, label: str = "", tags: str = "") -> None:
    """Draw the page's heading, which the focus can move to; `label` stands above it, `tags` (HTML of ours) below."""
    above = f'<p class="pr-above">{escape(label)}</p>' if label else ""
    below = f'<p class="pr-tags">{tags}</p>' if tags else ""
    html(f'{above}<h1 id="pr-title" tabindex="-1" class="pr-title">{escape(text)}</h1>{below}')


def heading(text: str, level: int = 2) -> None:
    """Draw a heading below the title."""
    html(f'<h{level} class="pr-heading">{escape(text)}</h{level}>')


def message() -> None:
    """Show the last message for the eye; the live region speaks it."""
    last = desk.said()
    if last.text and last.shown:
        kind, word = ("good", "Done") if last.good else ("bad", "Nothing was recorded")
        inner = f"<strong>{word}.</strong> {escape(last.text)}"
        html(f'<div id="pr-said" tabindex="-1" class="pr-said pr-said-{kind}">{inner}</div>')
        if last.about:
            link("alert", f"Back to alert {last.about}, which this is about", alert=last.about)


def refusal(text: str) -> None:
    """Say why something cannot be shown or done."""
    html(f'<div class="pr-said pr-said-bad"><p>{escape(text)}</p></div>')


def outward(url: str, label: str, missing: str) -> None:
    """Draw a link out to a web address that someone else wrote: http or https only, without a referrer."""
    target = present.web_link(url)
    if target:
        html(
            f'<p><a href="{escape(target)}" target="_blank" rel="noopener noreferrer">{escape(label)} (new tab)</a></p>'
        )
    else:
        html(present.paragraphs([missing], "pr-soft"))


def keep(pages: Mapping[str, Page]) -> None:
    """Keep the pages of this run, for links between them."""
    st.session_state["pages"] = dict(pages)


def link(path: str, label: str, **query: str | int) -> None:
    """Draw a link to a page of ours; the label is shown as it is, never as Markdown."""
    page = st.session_state["pages"][path]
    st.page_link(page, label=present.markdown(label), query_params={k: str(v) for k, v in query.items()})
