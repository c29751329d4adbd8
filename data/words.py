"""Which words of a version are judged: the one rule for the classifier, the screens and the question what changed."""

from data.model import Part, Version


def judged_words(version: Version, part: Part) -> str:
    """Return the words that a finding is about, and that the offsets of its explanation count through.

    A version's own words are its text, then on lines of their own the content warning and the alternative texts;
    the shared part is what it passes on.
    """
    if part is Part.SHARED:
        return version.shared_text
    return "\n".join([version.text, *filter(None, [version.warning, *version.alt_texts])])
