"""Disguised spelling is read as a person reads it; codes, place names and plain words stay as they are."""

import pytest

from classifier.language import judge
from classifier.text import normalise
from tests.classifier.test_text import call_count


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
        ("#f4gg0ts", "# faggots"),
        ("sh!t and b!tch", "shit and bitch"),
        ("#Café #Gŵyl #BLM#Racism", "# Café # Gŵyl # BLM # Racism"),
        ("👏👏👏👏👏 ta", " :clapping hands:  :clapping hands:  :clapping hands:  ta"),
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
        "Good luck to our Year11s, over50s and under5s in flat4a",
        "windows10update and hba1c and sw1a1aa",
        "eat|sleep|repeat, Well!well, What!No",
        "World War III, Henry VIII, KKK",
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


@pytest.mark.parametrize("unit", ["👩\u200d", "🇬", "👩🏿‍⚕️", "#Ab", "a|", "a!", "@a."])
def test_reading_takes_linear_time(unit: str) -> None:
    normalise(unit)
    once, tenfold = (call_count(lambda n=n: normalise(unit * n)) for n in (300, 3000))  # type: ignore[misc]
    assert tenfold <= 11 * once + 1000


def test_a_language_is_not_hidden_behind_emoji() -> None:
    for text in ("Diolch yn fawr iawn i bawb 👏👏👏😂😂", "Ar gau heddiw oherwydd eira trwm iawn 🎉🎉🎉"):
        assert judge(normalise(text).text).language == "cy"


def test_words_behind_a_handle_are_not_masked_with_it() -> None:
    assert normalise("@JaneSmith.Great job, @me.bsky.social").text == "<user>.Great job, <user>"
