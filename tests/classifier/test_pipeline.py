"""Texts and versions in, findings out."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier import pipeline
from classifier.heads import CATEGORIES, CHARACTERISTICS
from classifier.pipeline import LONGEST, MOST_SHOWN, Model
from data.model import Assessed, Category, Characteristic, Explanation, Finding, Part, PostKind, Version
from data.words import judged_words
from tests.classifier.samples import harmless, hateful, insults
from tests.classifier.test_text import HOSTILE

SESSION = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
WELSH = "Bydd y biniau yn cael eu casglu ddydd Gwener yr wythnos hon."
TEXTS = st.lists(HOSTILE | st.sampled_from([*harmless()[:5], *insults()[:5], WELSH]), min_size=1, max_size=6)


def version(text: str = "", **more: object) -> Version:
    """Return a version of a post."""
    now = datetime(2026, 11, 1, tzinfo=UTC)
    usual = Version(1, 1, "bins", 1, PostKind.OWN, text, "", (), "", 0, "", now, now)
    return replace(usual, **more)  # type: ignore[arg-type]


def total(why: Explanation) -> float:
    """Return what an explanation adds up to."""
    return math.fsum([why.base, *(c.weight for c in (*why.for_, *why.against)), why.rest])


@SESSION
@given(TEXTS, st.randoms(use_true_random=False))
def test_the_same_alone_in_any_batch_and_in_any_order(small: Model, texts: list[str], random: object) -> None:
    order: list[int] = list(range(len(texts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    together = small.classify(texts, explain=True)
    shuffled = small.classify([texts[i] for i in order], explain=True)
    alone = [small.classify([text], explain=True)[0] for text in texts]
    for one, other in [*zip([together[i] for i in order], shuffled, strict=True), *zip(together, alone, strict=True)]:
        assert replace(one, score=None, categories={}, characteristics={}, explanation=None) == replace(
            other, score=None, categories={}, characteristics={}, explanation=None
        )
        assert one.score == pytest.approx(other.score, abs=1e-6)
        assert one.categories == pytest.approx(other.categories, abs=1e-6)


@SESSION
@given(HOSTILE | st.sampled_from([*harmless(), *insults(), *(t for t, _ in hateful())]))
def test_an_explanation_adds_up_on_the_original_text(small: Model, text: str) -> None:
    [found] = small.classify([text], explain=True)
    if found.score is None:
        assert found.explanation is None
        return
    why = found.explanation
    assert why is not None
    assert abs(total(why) - why.raw) < 1e-9
    assert abs(why.rest) < 1e-4 or len(why.for_) == MOST_SHOWN or len(why.against) == MOST_SHOWN
    assert found.score == pytest.approx(1 / (1 + math.exp(-why.raw)), abs=1e-12)
    for contribution in (*why.for_, *why.against):
        assert 0 <= contribution.start < contribution.end <= len(text)
        assert contribution.text == text[contribution.start : contribution.end]
    assert all(c.weight > 0 for c in why.for_)
    assert all(c.weight < 0 for c in why.against)
    assert list(why.for_) == sorted(why.for_, key=lambda c: -c.weight)
    assert list(why.against) == sorted(why.against, key=lambda c: c.weight)


def test_explaining_changes_nothing_else(small: Model) -> None:
    texts = [*insults()[:5], *harmless()[:5]]
    explained = small.classify(texts, explain=True)
    assert [f.score for f in explained] == pytest.approx([f.score for f in small.classify(texts)], abs=1e-6)


def test_the_word_that_insults_speaks_for_a_flag_where_it_stands(shipped: Model) -> None:
    [found] = shipped.classify(
        ["Thank you all for coming. Mervyn, you are a  p\u200bathetic little man."], explain=True
    )
    assert found.explanation is not None
    loudest = [c.text for c in found.explanation.for_[:6]]
    assert "p\u200bathetic" in loudest


def test_harm_scores_above_harmless(small: Model) -> None:
    scores: Sequence[float | None] = [f.score for f in small.classify([insults()[0], hateful()[0][0], harmless()[0]])]
    assert all(score is not None for score in scores)
    assert min(scores[:2]) > 5 * scores[2]  # type: ignore[type-var, operator]


def test_a_finding_has_every_head(small: Model) -> None:
    [found] = small.classify([hateful()[0][0]])
    assert set(found.categories) == set(Category) == set(CATEGORIES)
    assert set(found.characteristics) == set(Characteristic) == set(CHARACTERISTICS)
    assert all(0 <= p <= 1 for p in (*found.categories.values(), *found.characteristics.values()))
    assert found.characteristics[Characteristic.MARRIAGE_CIVIL_PARTNERSHIP] == pytest.approx(0.005)
    assert (found.model, found.part, found.assessed) == (small.hash, Part.OWN, Assessed.FULL)


@pytest.mark.parametrize("text", ["", "   \n", "\x00\x00", "\u0301" * 50, "\u200b"])
def test_nothing_to_read_is_not_a_clean_record(small: Model, text: str) -> None:
    [found] = small.classify([text])
    assert (found.score, found.assessed, found.not_assessed) == (None, Assessed.NONE, ("empty",))
    assert found.categories == {}


def test_another_language_is_left_out_and_said_so(shipped: Model) -> None:
    welsh, both = shipped.classify([WELSH, f"{WELSH}\nBins will be collected on Friday this week, as usual."])
    assert (welsh.score, welsh.assessed, welsh.language) == (None, Assessed.NONE, "cy")
    assert welsh.not_assessed == both.not_assessed == ("language",)
    assert both.assessed is Assessed.PARTIAL
    assert both.score is not None


def test_the_english_part_is_explained_where_it_stands(shipped: Model) -> None:
    text = f"{WELSH}\nWhat a pathetic clown you are, they should have said that."
    [found] = shipped.classify([text], explain=True)
    assert found.explanation is not None
    assert {c.text for c in found.explanation.for_} >= {"pathetic", "clown"}
    assert all(c.start > len(WELSH) and text[c.start : c.end] == c.text for c in found.explanation.for_)


def test_a_very_long_text_is_read_in_part(small: Model) -> None:
    [found] = small.classify(["fine day " * LONGEST])
    assert (found.assessed, found.not_assessed) == (Assessed.PARTIAL, ("length",))


@pytest.mark.parametrize(
    ("text", "against"),
    [
        ("You lot are pathetic, go back where you came from.", False),
        ("Thank you to the volunteers who helped us plant trees in the park on Saturday.", True),
    ],
)
def test_contributions_beyond_the_shown_go_into_the_rest(
    shipped: Model, monkeypatch: pytest.MonkeyPatch, text: str, against: bool
) -> None:
    whole = shipped.classify([text], explain=True)[0].explanation
    monkeypatch.setattr(pipeline, "MOST_SHOWN", 5)
    why = shipped.classify([text], explain=True)[0].explanation
    assert whole is not None
    assert why is not None
    assert abs(total(why) - why.raw) < 1e-9
    shown, all_shown = (why.against, whole.against) if against else (why.for_, whole.for_)
    assert len(shown) == 5 < len(all_shown)
    assert shown == all_shown[:5]
    assert why.rest - whole.rest == pytest.approx(sum(c.weight for c in all_shown[5:]))


def test_undescribed_pictures_are_named(small: Model) -> None:
    found = small.classify(["a fine day at the market", ""], media=[2, 1])
    assert [f.assessed for f in found] == [Assessed.PARTIAL, Assessed.NONE]
    assert [f.not_assessed for f in found] == [("image",), ("image",)]
    assert [f.score is None for f in found] == [False, True]


@pytest.mark.parametrize(
    ("given_version", "assessed", "left_out"),
    [
        (version("a day out"), Assessed.FULL, ()),
        (version("a day out", media_count=1), Assessed.PARTIAL, ("image",)),
        (version("a day out", media_count=1, alt_texts=("a pond",)), Assessed.FULL, ()),
        (version("a day out", media_count=2, alt_texts=("a pond", " ")), Assessed.PARTIAL, ("image",)),
        (version("", media_count=1), Assessed.NONE, ("image",)),
        (version("", media_count=1, alt_texts=("a pond",)), Assessed.FULL, ()),
        (version(""), Assessed.NONE, ("empty",)),
    ],
)
def test_how_far_a_version_was_assessed(
    small: Model, given_version: Version, assessed: Assessed, left_out: tuple[str, ...]
) -> None:
    [(found,)] = small.findings([given_version])
    assert (found.assessed, found.not_assessed) == (assessed, left_out)


def test_shared_words_have_a_finding_of_their_own(small: Model) -> None:
    shared = version(harmless()[0], shared_text=insults()[0], media_count=1)
    plain, (own, other) = small.findings([version(harmless()[0]), shared])
    assert [f.part for f in plain] == [Part.OWN]
    assert (own.part, other.part) == (Part.OWN, Part.SHARED)
    assert (own.assessed, other.assessed) == (Assessed.PARTIAL, Assessed.FULL)
    assert other.score is not None
    assert own.score is not None
    assert other.score > own.score


def test_warnings_and_alt_texts_are_own_words(small: Model) -> None:
    bare = version("a day at the pond")
    warned = replace(bare, warning="pathetic", alt_texts=("a clown",), media_count=1)
    [(before,), (after,)] = small.findings([bare, warned], explain=True)
    assert before.score is not None
    assert after.score is not None
    assert after.score > before.score
    assert after.explanation is not None
    words = judged_words(warned, Part.OWN)
    told = (*after.explanation.for_, *after.explanation.against)
    assert any(c.text == "pathetic" == words[c.start : c.end] for c in told)


def test_versions_keep_their_order(small: Model) -> None:
    versions = [version(text) for text in (insults()[0], harmless()[0], insults()[1])]
    scores = [f.score for (f,) in small.findings(versions)]
    assert scores == pytest.approx([f.score for f in small.classify([v.text for v in versions])], abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "\u0316\u0301" * 100_000,
        "😀" * 100_000,
        "\x00" * 100_000,
        "a" * 10_000_000,
        '"' * 200_000,
        "<user>" * 50_000,
        "&amp;" * 50_000,
        "@" * 200_000,
        ". " * 100_000,
        "\ud800" * 1000,
        "a" + "\u200b" * 100_000 + "b",
    ],
)
def test_hostile_texts_have_a_finding(shipped: Model, text: str) -> None:
    [found] = shipped.classify([text], explain=True)
    assert isinstance(found, Finding)
    assert (found.score is None) == (found.assessed is Assessed.NONE)


def test_as_many_media_as_texts(small: Model) -> None:
    with pytest.raises(ValueError, match="zip"):
        small.classify(["a", "b"], media=[1])
