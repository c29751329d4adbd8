"""The contract of collectors.base.Collector, run over every collector in the registry."""

import copy
import pickle
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from collectors.base import Collector, Page
from collectors.progress import Progress, find_gap
from collectors.registry import COLLECTORS
from collectors.youtube_api import YouTubeApiCollector
from data.errors import CollectError
from data.model import Item, PostKind
from tests.collectors.scenarios import CANARY, SCENARIOS, YOUTUBE_WITH_A_KEY, Scenario

WITH_A_KEY = "youtube with a key"


@pytest.fixture(params=[*sorted(COLLECTORS), WITH_A_KEY])
def case(request: pytest.FixtureRequest) -> tuple[Collector, Scenario]:
    """A platform's collector and its scenario: one without a scenario does not pass."""
    if request.param == WITH_A_KEY:
        return YouTubeApiCollector(), YOUTUBE_WITH_A_KEY
    return COLLECTORS[request.param], SCENARIOS[request.param]


@pytest.fixture
def collector(case: tuple[Collector, Scenario]) -> Collector:
    return case[0]


@pytest.fixture
def scenario(case: tuple[Collector, Scenario]) -> Scenario:
    return case[1]


@pytest.fixture
def page(collector: Collector, scenario: Scenario) -> Page:
    return collector.parse(scenario.account, scenario.before)


def edited(page: Page, scenario: Scenario) -> Item:
    [found] = [item for item in page.items if item.platform_id == scenario.edited]
    return found


def strings(page: Page) -> Iterator[str]:
    for item in page.items:
        yield repr(item)
        yield item.payload.decode("utf-8")
    yield repr(page.snapshot)


def test_something_arrives(page: Page) -> None:
    assert page.items
    assert page.dropped == ()


def test_parsing_is_pure_and_the_same_every_time(collector: Collector, scenario: Scenario, page: Page) -> None:
    before = copy.deepcopy(scenario.before)
    assert collector.parse(scenario.account, scenario.before) == page
    assert scenario.before == before
    assert pickle.dumps(collector.parse(scenario.account, scenario.before)) == pickle.dumps(page)


def test_ids_are_stable_and_distinct(page: Page) -> None:
    ids = [item.platform_id for item in page.items]
    assert all(ids)
    assert len(ids) == len(set(ids))


def test_times_are_in_utc_and_the_note_says_when_there_is_none(page: Page) -> None:
    for item in page.items:
        for at in (item.published_at, item.updated_at):
            assert at is None or at.utcoffset() == timedelta(0)
        assert (item.published_at is None) == (item.time_note in ("missing", "impossible"))


def test_british_summer_time_is_an_hour_ahead(page: Page, scenario: Scenario) -> None:
    assert edited(page, scenario).published_at == datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_an_edit_has_the_same_id_and_other_text(collector: Collector, scenario: Scenario, page: Page) -> None:
    one, other = edited(page, scenario), edited(collector.parse(scenario.account, scenario.after), scenario)
    assert (one.text, other.text) == scenario.texts
    assert one.payload != other.payload
    assert one.original_sha256 != other.original_sha256
    assert one.published_at == other.published_at


def test_a_share_is_not_the_councils_own_words(page: Page, scenario: Scenario) -> None:
    shares = [item for item in page.items if item.kind is PostKind.SHARE]
    assert len(shares) == scenario.shares
    assert all(item.text == "" for item in shares)


def test_alternative_texts_are_media_and_not_text(page: Page, scenario: Scenario) -> None:
    item = edited(page, scenario)
    assert [media.alt for media in item.media] == [scenario.alt]
    assert not scenario.alt or scenario.alt not in item.text


def test_bystanders_are_in_nothing_that_is_kept(page: Page, scenario: Scenario) -> None:
    assert CANARY.encode() in scenario.before.body
    assert not [text for text in strings(page) if CANARY in text]
    assert edited(page, scenario).removed


def test_evidence_is_digest_payload_and_a_named_rule(page: Page) -> None:
    for item in page.items:
        assert item.payload
        assert len(item.original_sha256) == 64
        name, _, version = item.rule.partition("/")
        assert name
        assert version.isdigit()


def test_text_can_be_stored_anywhere(page: Page) -> None:
    for item in page.items:
        for text in (item.text, item.warning, item.url, item.platform_id, *(m.alt for m in item.media), *item.links):
            assert "\x00" not in text
            text.encode("utf-8")


def test_a_pinned_post_is_named_where_the_platform_says_it(
    collector: Collector, scenario: Scenario, page: Page
) -> None:
    assert page.pinned == ()
    if scenario.pinning is not None:
        assert collector.parse(scenario.account, scenario.pinning).pinned == (scenario.pinned,)


def counted(page: Page) -> Progress:
    """What a run knows after one page that claims nothing of its own."""
    progress = Progress()
    progress.count(replace(page, exhaustive=False, continuous=False, unchanged=False))
    return progress


def test_a_gap_starts_where_completeness_ended_and_ends_with_the_oldest_that_is_listed(page: Page) -> None:
    oldest = min(item.published_at for item in page.items if item.published_at)
    ended, newest = oldest - timedelta(hours=1), oldest - timedelta(days=9)
    assert find_gap(ended, newest, counted(page)) == (ended, oldest)
    assert find_gap(ended, None, counted(page)) == (ended, oldest)  # after a first run that found nothing
    assert find_gap(None, None, counted(page)) is None
    assert find_gap(oldest, oldest, counted(page)) is None
    assert find_gap(oldest + timedelta(days=1), newest, counted(page)) == (newest, oldest)


def test_a_pinned_old_post_hides_no_gap(page: Page) -> None:
    first = page.items[0]
    old = replace(first, platform_id="old", published_at=datetime(2019, 1, 1, tzinfo=UTC))
    oldest = min(item.published_at for item in page.items if item.published_at)
    ended = oldest - timedelta(hours=1)
    shown = replace(page, items=(old, *page.items))
    assert find_gap(ended, None, counted(replace(shown, pinned=("old",)))) == (ended, oldest)
    assert find_gap(ended, None, counted(shown)) is None


def test_nonsense_is_an_error_with_code_and_sentence(collector: Collector, scenario: Scenario) -> None:
    with pytest.raises(CollectError) as caught:
        collector.parse(scenario.account, scenario.nonsense)
    assert caught.value.code.isidentifier()
    assert str(caught.value).endswith(".")
