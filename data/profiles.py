"""Names of accounts in words and addresses, pure: what `@name` and a link to a profile stand for on each platform."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from data.model import Platform

UNKNOWN = ""  # the platform of a bare @name on a page that does not say


class Profile(NamedTuple):
    """An account by its platform (empty when not said) and its name there, lower case, without a leading @."""

    platform: str
    handle: str


_NAME = r"@?([\w.-]+)"
PATHS: dict[str, tuple[Platform, str]] = {  # server → platform, and the path of a profile or of something below it
    "x.com": (Platform.X, r"/@?(\w{1,15})"),
    "twitter.com": (Platform.X, r"/@?(\w{1,15})"),
    "facebook.com": (Platform.FACEBOOK, rf"/(?:pg/|pages/)?{_NAME}"),
    "instagram.com": (Platform.INSTAGRAM, rf"/(?:stories/)?{_NAME}"),
    "threads.net": (Platform.THREADS, r"/@([\w.]+)"),
    "threads.com": (Platform.THREADS, r"/@([\w.]+)"),
    "youtube.com": (Platform.YOUTUBE, r"/(@[\w.-]+|(?:channel|c|user)/[\w.-]+)"),
    "bsky.app": (Platform.BLUESKY, r"/profile/@?([\w.-]+\.[\w-]+)"),
    "linkedin.com": (Platform.LINKEDIN, r"/company/([\w-]+)"),
}
MAY_BE = re.compile("|".join([*map(re.escape, PATHS), "/@"]), re.IGNORECASE)  # most links are not: a quick look first
NOT_NAMES = re.compile(  # first words of paths that are no account
    "home|i|intent|share|search|hashtag|explore|settings|login|signup|sharer|sharer.php|share.php|events|groups|watch|"
    "photo|photo.php|story.php|permalink.php|profile.php|reel|reels|p|tv|accounts|privacy|about|help|media|marketplace|"
    "gaming|stories|pages|pg|dialog|plugins|tr|l.php|legal|policies|messages|notifications"
)
NOT_MASTODON = ("medium.com", "tiktok.com", "flickr.com", "substack.com", "youtu.be", "google.com", "steemit.com")
PAGES = {
    Platform.X: "https://x.com/{}",
    Platform.FACEBOOK: "https://www.facebook.com/{}",
    Platform.INSTAGRAM: "https://www.instagram.com/{}/",
    Platform.THREADS: "https://www.threads.net/@{}",
    Platform.BLUESKY: "https://bsky.app/profile/{}",
    Platform.LINKEDIN: "https://www.linkedin.com/company/{}",
}
MENTION = re.compile(r"(?<![\w@./=-])@([a-z0-9_][\w.-]*(?:@[\w-]+(?:\.[\w-]+)+)?)", re.ASCII | re.IGNORECASE)
ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+", re.IGNORECASE)
NAMED_AFTER = frozenset({Platform.X, Platform.FACEBOOK, Platform.INSTAGRAM, Platform.THREADS, Platform.YOUTUBE})


def profile_of(link: str) -> Profile | None:
    """Return whose account a web address belongs to, None when it is no profile or a page below one."""
    if not MAY_BE.search(link):
        return None
    try:
        parts = urlsplit(link.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    known = next((name for name in PATHS if host == name or host.endswith(f".{name}")), None)
    if known is None:
        return _mastodon(host, parts.path)
    platform, pattern = PATHS[known]
    found = re.match(rf"{pattern}(?:[/?]|$)", parts.path, re.ASCII)
    if found is None or NOT_NAMES.fullmatch(found[1].lower()):
        return None
    return Profile(platform, normal(found[1]))


def mentions(text: str, platform: str, url: str) -> Iterator[Profile]:
    """Yield whom the words of a post on `platform` name with @; `url` is the address of the account that posted."""
    for found in MENTION.finditer(text):
        name = normal(found[1].rstrip(".-"))
        if "@" in name:
            yield Profile(Platform.MASTODON, name)
        elif platform == Platform.BLUESKY:
            yield Profile(Platform.BLUESKY if "." in name else UNKNOWN, name)
        elif platform == Platform.MASTODON:
            host = urlsplit(url).hostname if url.startswith("http") else None
            yield Profile(Platform.MASTODON, f"{name}@{host}") if host else Profile(UNKNOWN, name)
        else:
            yield Profile(platform if platform in NAMED_AFTER else UNKNOWN, name)


def addresses(text: str) -> Iterator[str]:
    """Yield the web addresses written out in words."""
    yield from (found[0].rstrip(".,;:!?") for found in ADDRESS.finditer(text))


def page(profile: Profile) -> str:
    """Return the web address of a profile, empty where it cannot be told."""
    name, _, host = profile.handle.partition("@")
    if profile.platform == Platform.MASTODON:
        return f"https://{host}/@{name}"
    if profile.platform == Platform.YOUTUBE:
        return f"https://www.youtube.com/{'' if '/' in name else '@'}{name}"
    return PAGES[Platform(profile.platform)].format(profile.handle) if profile.platform in set(PAGES) else ""


def normal(handle: str) -> str:
    """Return a name as names are compared: lower case, without a leading @; a channel's number keeps its case."""
    bare = handle.strip().removeprefix("@")
    return bare if bare.startswith("channel/") else bare.lower()


def _mastodon(host: str, path: str) -> Profile | None:
    """Every server may speak Mastodon's: a path that begins with @ is a profile there, or on the server it names."""
    found = re.match(r"/@(\w[\w.-]*?)(?:@([\w-]+(?:\.[\w-]+)+))?(?:/|$)", path, re.ASCII)
    if found is None or "." not in host or any(host == name or host.endswith(f".{name}") for name in NOT_MASTODON):
        return None
    return Profile(Platform.MASTODON, f"{found[1]}@{found[2] or host}".lower())
