"""Which collector collects which platform: the one list, explicit."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from collectors.base import Collector
from collectors.bluesky import BlueskyCollector
from collectors.credentials import YOUTUBE_SERVER
from collectors.facebook import FACEBOOK
from collectors.feed import FeedCollector
from collectors.graph import GraphCollector
from collectors.instagram import INSTAGRAM
from collectors.mastodon import MastodonCollector
from collectors.threads import THREADS
from collectors.x import XCollector
from collectors.youtube import YouTubeFeedCollector
from collectors.youtube_api import YouTubeApiCollector
from data.config import Settings
from data.errors import CollectError
from data.model import Platform

COLLECTORS: Mapping[Platform, Collector] = MappingProxyType(
    {
        Platform.FEED: FeedCollector(),
        Platform.BLUESKY: BlueskyCollector(),
        Platform.MASTODON: MastodonCollector(),
        Platform.X: XCollector(),
        Platform.FACEBOOK: GraphCollector(FACEBOOK),
        Platform.INSTAGRAM: GraphCollector(INSTAGRAM),
        Platform.THREADS: GraphCollector(THREADS),
        Platform.YOUTUBE: YouTubeFeedCollector(),
    }
)


def collector_for(platform: str) -> Collector:
    """Return the collector of a platform; raise `CollectError` no_collector when there is none."""
    try:
        return COLLECTORS[Platform(platform)]
    except (KeyError, ValueError):
        raise CollectError(
            "no_collector",
            f"Posts of {platform} cannot be collected over its interface. Import the owner's own download instead.",
        ) from None


def configured(settings: Settings, tokens: Collection[str] = ()) -> Callable[[str], Collector]:
    """Return `collector_for` with what the settings say of a platform that is paid for, and what can be read with the
    access tokens that there are (`tokens`, the names of their servers)."""
    own: dict[Platform, Collector] = {Platform.X: XCollector(settings.x_first_posts, settings.x_recheck_posts)}
    if YOUTUBE_SERVER in tokens:
        own[Platform.YOUTUBE] = YouTubeApiCollector()

    def find(platform: str) -> Collector:
        found = collector_for(platform)
        return own.get(found.platform, found)

    return find
