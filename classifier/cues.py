"""Contexts that argue against a flag, named by simple rules for the person who looks. They never change a score."""

import re

# The one list of them. Every pattern is matched against normalised, lower-cased text and is free of nested repeats.
CUES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern if pattern.startswith('"') else rf"\b(?:{pattern})")
    for name, pattern in {
        "quotation": r'"[^"]{8,400}"|\brt\b|<user> (?:said|wrote|asked)',
        "reporting": r"reported\b|according to|court heard|was told\b|pleaded|sentenced|convicted|police are",
        "condemnation": r"condemn|unacceptable|no place for|will not tolerate|zero.tolerance|call(?:ed)? it out"
        r"|called out|disgusted by|stand against|stand up to|shame on anyone|not welcome here",
        "counter_speech": r"is not ok\b|is never ok|stop saying|please don't (?:say|use)|do not use|don't use"
        r"|isn't acceptable|is offensive|are myths|myth-busting|the myth\b",
        "awareness_campaign": r"awareness (?:week|day|month)|history month|pride month|white ribbon|hate crime week"
        r"|(?:week|day|month) of action|campaign|remembrance|memorial day|report hate",
        "testimony": r"i was (?:called|told|bullied|abused|harassed)|they called (?:me|us)|happened to me|my experience"
        r"|someone (?:called|told|shouted at) me|as a (?:disabled|black|gay|trans|muslim|jewish) \w",
        "support": r"helpline|support (?:line|group|service)|if you (?:have been|are being|need)|report it\b"
        r"|contact us\b|drop-in|call 999|samaritans|victim support|refuge\b",
        "service_notice": r"road clos|opening (?:times|hours)|collection|consultation|planning application"
        r"|roadworks|bin (?:day|collection)|school holidays|council tax|closed (?:today|on|until)",
        "place_name": r"scunthorpe|penistone|clitheroe|lightwater|cockermouth|cockfosters|twatt\b|shitterton"
        r"|sandy balls|bell end\b|essex\b|sussex|middlesex|wessex|titsey|dyke (?:road|railway|trail)"
        r"|devil's dyke|offa's dyke",
        "teaching": r"training|workshop|e-learning|lesson|exhibition|museum|archive|novel\b|film\b|play\b|author\b"
        r"|historian",
    }.items()
}


def cues(text: str) -> tuple[str, ...]:
    """Return the names of the contexts found in a normalised text, in the order of the table."""
    lowered = text.lower()
    return tuple(name for name, pattern in CUES.items() if pattern.search(lowered))
