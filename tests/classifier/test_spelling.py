"""Disguised spelling is read as a person reads it; codes, place names and plain words stay as they are."""

import pytest

from classifier.text import normalise


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        ("what an id1ot, so p@thetic", "what an idiot, so pathetic"),
        ("G0ing h@me, w0men", "Going hame, women"),
        ("you are u s e l e s s here", "you are useless here"),
        ("l-o-s-e-r and l.o.s.e.r", "loser and loser"),
        ("sooooo looong", "soo loong"),
        ("Тhе раѕt", "The past"),
        ("#GoBackHome now", "# Go Back Home now"),
        ("#NHS75Birthday #gala_day", "# NHS 75 Birthday # gala day"),
        ("🇮🇪 👩🏿‍⚕️", " :ireland:   :woman health worker dark skin tone: "),
    ],
)
def test_a_disguise_is_undone(original: str, expected: str) -> None:
    assert normalise(original).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "SW1A 1AA, M25, A40, B12, 4x4, COVID19, H2O, G7",
        "What3Words and MP3s at 10am, 2nd floor, room B105",
        "Cadw and Eisteddfod, I am a bit late, U.K. rules",
        "Москва и Минск",
        "route #7, item #12 and C# too",
        "don't! stop!! go $100 or @ 5",
        "IBAN GB33BUKB20201555555555",
    ],
)
def test_codes_and_plain_words_stay(text: str) -> None:
    assert normalise(text).text == text


def test_a_reading_points_at_the_whole_disguise() -> None:
    original = "oh, u s e l e s s again 😀 #BadDay"
    plain = normalise(original)
    for reading, source in (("useless", "u s e l e s s"), ("grinning", "😀"), ("Bad Day", "#BadDay")):
        at = plain.text.index(reading)
        first, last = plain.span(at, at + len(reading))
        assert original[first:last] == source


def test_words_that_stay_keep_their_own_places() -> None:
    plain = normalise("a word, an1d another")
    at = plain.text.index("another")
    assert plain.offsets[at : at + 7].tolist() == [[13 + n, 14 + n] for n in range(7)]
