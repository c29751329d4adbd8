"""The documents for publication: figures with n, day and source; what is not known is said; words of others inert."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from dashboard import measured, openness, openness_notice, record
from dashboard.measured import Evaluation
from dashboard.openness_words import Told
from dashboard.record import Record
from data.config import Settings
from data.reports.stratified import Between, Stratum
from data.services.openness import Facts
from tests.support.told import EVALUATION, facts, listed

NAMES = ["atrs", "dpia", "equality", "consultation", "notice-en", "notice-cy"]
BARE = Told()


def written(found: Facts, given: Evaluation | None = None, told: Told = BARE, by: str = "kind") -> Mapping[str, Record]:
    return {one.name: one for one in openness.write(found, told, given, by).records}


def words(one: Record) -> str:
    return record.markdown(one)


def row_of(text: str, start: str) -> Sequence[str]:
    """Return the cells of the first table row that begins so."""
    [*found] = [line for line in text.splitlines() if line.startswith(f"| {start}")]
    assert found, start
    return [cell.strip() for cell in found[0].strip("|").split("|")]


class Outline(HTMLParser):
    """What a page is made of: its tags, and its headings in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.language = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "html":
            self.language = str(dict(attrs)["lang"])


def test_there_are_six_documents_and_their_figures() -> None:
    assert list(written(facts())) == NAMES
    found = openness.document(facts(), EVALUATION)
    assert (found["model"], found["policy"]) == ("c" * 64, facts().policy.policy.version)
    assert set(found["figures"]) == {"use", "missed", "errors"}


@pytest.mark.parametrize("name", NAMES)
def test_each_is_one_accessible_page_without_scripts(name: str) -> None:
    page = record.html(written(facts(), EVALUATION)[name])
    made = Outline(page)
    assert made.tags.count("h1") == made.tags.count("main") == made.tags.count("title") == 1
    assert made.tags.count("table") == made.tags.count("caption")
    assert not {"script", "img", "link", "iframe", "form"} & set(made.tags)
    assert made.language == ("cy" if name.endswith("cy") else "en-GB")
    assert "default-src 'none'" in page


@pytest.mark.parametrize("name", NAMES)
def test_each_says_on_which_day_it_was_made(name: str) -> None:
    assert ("22/11/2026" if name.startswith("notice") else "22 November 2026") in words(written(facts())[name])


def test_every_figure_has_its_n_its_day_and_its_source() -> None:
    for figure in [*measured.use(facts()), *measured.errors(facts(), EVALUATION)]:
        assert figure.as_of
        assert figure.source
        assert figure.value is None or figure.n is not None or not figure.is_share
        assert figure.value is None or not figure.is_share or figure.low is not None


def test_the_record_has_the_measured_figures() -> None:
    told = words(written(facts(), EVALUATION)["atrs"])
    assert row_of(told, "Texts that raised an alert")[1:4] == ["5.0%", "800", "3.7% to 6.7%"]
    assert row_of(told, "Alerts judged to be mistaken")[1:3] == ["67%", "30"]
    assert row_of(told, "Appeals heard that changed")[1:3] == ["50%", "10"]
    assert row_of(told, "Owners who replied")[1:3] == ["60%", "20"]
    recall = row_of(told, "Harmful rows that raise an alert")
    assert recall[1:] == ["50%", "50", "37% to 63%", "2026-11-20", "postreeve evaluate on ours.csv"]
    assert row_of(told, "Harmless rows that raise")[1:3] == ["2.0%", "150"]
    assert "1.1 Name" in told
    assert "2.5.2 Mistaken flags" in told
    assert "s\\|t (1,200 rows, CC0)" in told


def test_what_is_not_known_is_said_and_nothing_invented() -> None:
    told = {name: words(one) for name, one in written(facts(model=None)).items()}
    assert "No model has judged a post yet." in told["atrs"]
    assert "not measured: give --evaluation FILE" in told["atrs"]
    assert told["atrs"].count("not measured: no sample was drawn") == 2
    assert "Not measured: give --evaluation FILE" in told["equality"]
    assert row_of(told["atrs"], "Second looks that came")[1] == "none yet"
    assert told["consultation"].count("not recorded") == 24
    assert "To be completed by the council: the council’s name." in told["dpia"]
    assert "2.4.2.2 Version**: not measured" in told["atrs"]


def test_what_the_council_says_of_itself_is_there() -> None:
    told = Told("Fern_brook", "Digital", "Head of Legal", "posts@council.example", "https://council.example/posts")
    made = {name: words(one) for name, one in written(facts(), None, told).items()}
    assert "2.1.1 Organisation**: Fern\\_brook" in made["atrs"]
    assert "Contact: posts@council.example" in made["notice-en"]
    assert "Cyswllt: posts@council.example" in made["notice-cy"]
    assert "Answers go to**: posts@council.example" in made["consultation"]


def test_small_figures_are_hidden() -> None:
    few = replace(facts().involved, heard=10, overturned=2)
    groups = (replace(facts().kinds[0], upheld=3),)
    told = words(written(facts(involved=few, kinds=groups))["atrs"])
    assert row_of(told, "Appeals heard that changed")[1] == "hidden: small"
    assert row_of(told, "Alerts judged to be mistaken")[1] == "hidden: small"
    equal = words(written(facts(kinds=groups))["equality"])
    assert row_of(equal, "Service")[-1] == "hidden: small"
    assert row_of(equal, "No characteristic named")[-1] == "hidden: small"


def test_one_cut_of_the_accounts_is_published() -> None:
    by_kind = words(written(facts())["equality"])
    by_purpose = words(written(facts(), by="purpose")["equality"])
    assert "by kind of account" in by_kind
    assert "News" not in by_kind
    assert row_of(by_purpose, "News \\<b\\>")[1:3] == ["800", "40"]


def test_the_model_s_errors_by_characteristic_come_from_the_evaluation() -> None:
    told = words(written(facts(), EVALUATION)["equality"])
    assert row_of(told.split("own error rates")[1], "Race")[1:] == ["40% of 20 (20% to 60%)", "not measured"]


def test_an_evaluation_of_another_model_is_named_as_such() -> None:
    other = Evaluation(EVALUATION.day, {**EVALUATION.document, "model": "d" * 64})
    assert "of another model than the one that judged last" in words(written(facts(), other)["atrs"])
    assert "of another model" not in words(written(facts(), EVALUATION)["atrs"])


def test_without_an_evaluation_the_card_of_the_model_speaks() -> None:
    row = {"set": "own", "n": 100, "positives": 40, "recall": 0.5, "false_alarms": 0.1}
    card: dict[str, Any] = {"hash": "c" * 64, "figures": {"date": "2026-11-01", "sets": [row]}}
    told = words(written(facts(card=card))["atrs"])
    found = row_of(told, "Harmful rows that raise an alert, set own")
    assert found[1:3] == ["50%", "40"]
    assert found[4] == "2026-11-01"
    assert row_of(told, "Harmless rows that raise an alert, set own")[1:3] == ["10%", "60"]


@pytest.mark.parametrize(
    ("missed", "recall", "possible", "told"),
    [
        (Between(120.0, 40.0, 400.0), Between(0.3, 0.1, 0.6), None, ["120", "40 to 400", "30%", "10% to 60%"]),
        (Between(0.0, 0.0, 300.0), Between(1.0, 0.2, 1.0), 250.0, ["0", "0 to 250", "100%", "20% to 100%"]),
    ],
)
def test_the_sample_s_estimate_stands_beside_the_error_rates(
    missed: Between, recall: Between, possible: float | None, told: list[str]
) -> None:
    class Draw:
        id, at = 3, facts().made_at

    class Sample:
        draw, strata = Draw(), (Stratum("rest", 1000, 50, 1), Stratum("flagged", 40, 10, 5))

    one = Sample()
    one.missed, one.recall, one.possible = missed, recall, possible  # type: ignore[attr-defined]
    text = words(written(facts(sample=one))["atrs"])
    harmful, share = row_of(text, "Harmful posts among"), row_of(text, "Share of harmful posts")
    assert [harmful[1], harmful[3], share[1], share[3]] == told
    assert (harmful[2], harmful[4], harmful[5]) == ("60", "2026-11-22", "sample 3, read without scores")


def test_the_assessment_is_filled_from_the_register() -> None:
    told = words(written(facts())["dpia"])
    assert "2 of 3 live accounts have a date of notice on record" in told
    assert "public task: 3" in told
    assert "References of assessments on the register**: DPIA-7" in told
    assert "Kept: Posts without an upheld alert**: 730 days" in told
    assert "A sample of posts that raised no alert is read**: off" in told


def test_the_consultation_record_has_who_was_told_when() -> None:
    told = words(written(facts())["consultation"])
    assert row_of(told, "5 January 2026") == ["5 January 2026", "2"]
    assert row_of(told, "no day on record") == ["no day on record", "1"]
    none = words(written(facts(register=(listed("old", live=False),)))["consultation"])
    assert "No account is live" in none


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_notice_follows_the_settings(language: str) -> None:
    on = Settings(sample_size=40, sample_dpia="D", adapt_purpose="p", adapt_dpia="d", retention_posts=100)
    with_both = words(openness_notice.record(facts(settings=on), BARE, language))
    without = words(openness_notice.record(facts(settings=Settings(retention_posts=0)), BARE, language))
    assert "40" in with_both
    assert "100" in with_both
    assert "40" not in without.replace("2026", "")
    assert len(with_both.split("##")) == len(without.split("##")) == 5


def test_the_welsh_notice_says_twice_that_it_is_a_draft() -> None:
    told = words(openness_notice.record(facts(), BARE, "cy"))
    assert told.count("Cyfieithiad drafft") == 2
    assert openness_notice.DRAFT in told
    assert "Draft" not in words(openness_notice.record(facts(), BARE, "en"))


def test_hostile_words_stay_words_in_both_forms() -> None:
    bad = "<script>x</script> | [a](javascript:b) *c* `d`\n# e \u202eevil"
    told = Told(council=bad)
    page = record.html(written(facts(), None, told)["atrs"])
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "[U+202E]" in page
    text = words(written(facts(), None, told)["atrs"])
    assert "\\<script\\>x\\</script\\> \\| \\[a\\](javascript:b) \\*c\\* \\`d\\` \\# e \\[U+202E\\]evil" in text


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("1. a", "1\\. a"),
        ("12) a", "12\\) a"),
        ("- a", "\\- a"),
        ("=== ", "\\==="),
        ("a - b", "a - b"),
        ("1.5 posts", "1.5 posts"),
        ("a\nb", "a b"),
    ],
)
def test_a_paragraph_begins_no_list(text: str, made: str) -> None:
    assert record.paragraph(text) == made
