"""The notice to owners of accounts, in English and in Welsh, filled from the settings and the policy in force."""

from gettext import NullTranslations

from dashboard import languages
from dashboard.openness_words import Told
from dashboard.parts import Section
from dashboard.record import Record
from data.services import openness
from data.services.openness import Facts

WELSH = "The Welsh text is in notice-cy.html."
DRAFT = "Draft translation, to be checked by a Welsh-language officer. The English text is in notice-en.html."


def record(found: Facts, told: Told, language: str) -> Record:
    """Return the notice in a language of `dashboard.languages`."""
    words = languages.translations(language)
    _ = words.gettext
    day = f"{openness.today(found):%d/%m/%Y}"
    made = _("Made on {day}. A draft: complete it, and have it checked before it is sent.").format(day=day)
    return Record(
        name=f"notice-{language}",
        title=_("Notice to owners of council social media accounts"),
        subtitle=made if language == "en" else f"{made} {_(DRAFT)} ({DRAFT})",
        sections=(_what(words, found), _collected(words, found), _people(words, found), _rights(words, told)),
        notice=_(DRAFT) if language != "en" else WELSH,
        language="en-GB" if language == "en" else language,
        contents=_("Sections"),
    )


def _what(words: NullTranslations, found: Facts) -> Section:
    _ = words.gettext
    lines = [
        _("The council keeps a register of the social media accounts that speak for it. Yours is on it."),
        _(
            "Public posts of accounts on the register are collected. A computer program marks posts that may be "
            "discriminatory, harassing or threatening, by the council’s policy, so that a person looks at them."
        ),
        _("The program decides nothing. A mark is a question, and most marks are mistaken."),
        _("Policy in force: {policy}.").format(policy=found.policy.policy.version),
    ]
    return Section(_("What this is"), tuple(lines))


def _collected(words: NullTranslations, found: Facts) -> Section:
    _, s = words.gettext, found.settings
    lines = [
        _(
            "Collected are public posts of registered accounts. Private messages, personal accounts and union "
            "accounts never are."
        ),
        _("When the account’s passport ends, collection stops by itself."),
        _("Posts without an upheld mark lose their words after {days} days.").format(days=s.retention_posts)
        if s.retention_posts
        else _("The council has not set a period after which posts lose their words."),
    ]
    if s.sample_size and s.sample_dpia:
        lines.append(
            _(
                "Each quarter up to {size} posts are drawn by lot and read by reviewers, to learn what the program "
                "misses. What they think of them counts against nobody."
            ).format(size=s.sample_size)
        )
    if s.adapt_purpose and s.adapt_dpia:
        lines.append(_("The program learns from what reviewers decide."))
    return Section(_("What is collected, and for how long"), tuple(lines))


def _people(words: NullTranslations, found: Facts) -> Section:
    _, policy = words.gettext, found.policy.policy
    lines = [
        _("You are told before anything that counts against you is recorded, and have {days} days to reply.").format(
            days=policy.reply_window_days
        ),
        _("You are not presumed to have written the post. You may name someone to stand by you."),
        _("You see what the reviewer sees: the words for and against, the clause, and the reason."),
        _("Advice and training are support. They never count against anyone."),
        _("You have {days} days to ask that someone else decides anew.").format(days=policy.appeal_days),
        _("Before you post you can ask first. What you ask is deleted when it is answered."),
    ]
    return Section(_("How people decide"), tuple(lines))


def _rights(words: NullTranslations, told: Told) -> Section:
    _ = words.gettext
    lines = [
        _(
            "You can ask for what is held about you, have mistakes put right, object, ask for a restriction, and "
            "complain; a complaint is acknowledged within 30 days."
        ),
        _("Union activity, protected disclosures and lawful belief are never a ground for anything here."),
        _("You can also complain to the Information Commissioner."),
        _("Lawful basis, impact assessment and the data protection officer: to be completed by the council."),
        _("Contact: {contact}").format(contact=told.contact or _("to be completed by the council")),
    ]
    return Section(_("Your rights"), tuple(lines))
