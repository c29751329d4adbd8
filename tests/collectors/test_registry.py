"""The one list of collectors."""

import pytest

from collectors.recheck import Rechecks
from collectors.registry import COLLECTORS, collector_for, configured
from data.config import Settings
from data.errors import CollectError
from data.model import Platform


@pytest.mark.parametrize("platform", list(COLLECTORS))
def test_every_collector_is_under_its_own_platform(platform: Platform) -> None:
    assert collector_for(platform.value) is COLLECTORS[platform]
    assert COLLECTORS[platform].platform is platform


@pytest.mark.parametrize("platform", [*(set(Platform) - set(COLLECTORS)), "myspace", ""])
def test_a_platform_without_collector_says_what_to_do(platform: str) -> None:
    with pytest.raises(CollectError, match="Import the owner's own download") as caught:
        collector_for(platform)
    assert caught.value.code == "no_collector"


def test_the_settings_reach_what_is_paid_for_and_nothing_else() -> None:
    find = configured(Settings(x_recheck_posts=7))
    found = find("x")
    assert isinstance(found, Rechecks)
    assert (found.recheck_newest, found.platform) == (7, Platform.X)
    assert find("feed") is COLLECTORS[Platform.FEED]
    with pytest.raises(CollectError):
        find("myspace")
