"""Three dozen articles of an invented council: six subjects at six places, two languages, lists, links and signs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its body is Markdown."""

    title: str
    category: str
    body: str
    language: str = "en"


PLACES = ("Mill Lane", "Castle Square", "Priory Road", "Harbour Street", "The Parade", "Weaver’s Yard")
SUBJECTS = (
    Article(
        "Roadworks on {place}",
        "Roads",
        "{place} is closed between 9 am and 4 pm while the water main is repaired.\n\n"
        "A diversion is signed. Buses 7 and 9 call at the *station* instead.",
    ),
    Article(
        "Library opening hours at {place}",
        "Libraries",
        "From Monday the library at {place} opens until 8 pm.\n\n"
        "- Monday to Friday: 9 am to 8 pm\n- Saturday: 10 am to 4 pm",
    ),
    Article(
        "Have your say about {place}",
        "Consultations",
        "We are asking residents what should become of {place}. "
        "Read [the plans](https://plans.example.gov.uk/p?a=1&b=2) and tell us by the end of the month.",
    ),
    Article(
        "Planning committee: {place}",
        "Meetings",
        "The committee meets on Tuesday & decides about {place}.\n\n"
        "> Papers are published five working days before the meeting.",
    ),
    Article(
        "Bank holiday collections, {place}",
        "Waste",
        "Bins in {place} are emptied a day later this week. Garden waste costs £45 a year – pay online.",
    ),
    Article(
        "Llwybr ar gau: {place}",
        "Newyddion",
        "Mae’r llwybr rhwng {place} a’r môr ar gau. 🚧 Diolch am eich amynedd.\n\nTŷ Gŵyr, Ynys Môn.",
        "cy",
    ),
)
ARTICLES = tuple(
    Article(one.title.format(place=place), one.category, one.body.format(place=place), one.language)
    for place in PLACES
    for one in SUBJECTS
)
