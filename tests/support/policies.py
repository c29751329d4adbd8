"""Policies that differ from the shipped one, whatever its thresholds are."""

import re


def asking_more(content: str, clause: str) -> str:
    """Return a policy's text with a threshold of one clause that next to nothing reaches."""
    changed, times = re.subn(
        rf'(id = "{clause}".*?\nthreshold = )[\d.]+', r"\g<1>0.999", content, flags=re.DOTALL, count=1
    )
    assert times == 1
    return changed
