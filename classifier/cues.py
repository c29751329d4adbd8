"""Contexts that argue against a flag, named by simple rules for the person who looks. They never change a score."""

import re

# The one list of them. Every pattern is matched against normalised, lower-cased text and is free of nested repeats.
CUES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "quotation": r'"[^"]{8,400}"|\brt\b|<user> (?:said|wrote|asked)',
        "reporting": r"\b(?:reported|according to|court heard|was told|pleaded|sentenced|convicted|police are)\b",
        "condemnation": r"\b(?:condemn|unacceptable|no place for|will not tolerate|zero tolerance|zero-tolerance|call it out"
        r"|called out|disgusted by|stand against|stand up to|shame on anyone|not welcome here)\w*",
        "counter_speech": r"\b(?:is not ok|is never ok|stop saying|please don't (?:say|use)|do not use|don't use"
        r"|isn't acceptable|is offensive|are myths|myth-busting|the myth)\b",
        "awareness_campaign": r"\b(?:awareness (?:week|day|month)|history month|pride month|white ribbon|hate crime week"
        r"|(?:week|day|month) of action|campaign|remembrance|memorial day|report hate)\b",
        "testimony": r"\b(?:i was (?:called|told|bullied|abused|harassed)|they called (?:me|us)|happened to me|my experience"
        r"|someone (?:called|told|shouted at) me|as a (?:disabled|black|gay|trans|muslim|jewish) \w+)\b",
        "support": r"\b(?:helpline|support (?:line|group|service)|if you (?:have been|are being|need)|report it|contact us"
        r"|drop-in|call 999|samaritans|victim support|refuge)\b",
        "service_notice": r"\b(?:road clos|opening (?:times|hours)|collection|consultation|planning application|roadworks"
        r"|bin (?:day|collection)s?|school holidays|council tax|closed (?:today|on|until))\w*",
        "place_name": r"\b(?:scunthorpe|penistone|clitheroe|lightwater|cockermouth|cockfosters|twatt|shitterton|sandy balls"
        r"|bell end|essex|sussex|middlesex|wessex|titsey|dyke (?:road|railway|trail)|devil's dyke|offa's dyke)\b",
        "teaching": r"\b(?:training|workshop|e-learning|lesson|exhibition|museum|archive|novel|film|play|author|historian)\b",
    }.items()
}


def cues(text: str) -> tuple[str, ...]:
    """Return the names of the contexts found in a normalised text, in the order of the table."""
    lowered = text.lower()
    return tuple(name for name, pattern in CUES.items() if pattern.search(lowered))
