"""Finding what is not on the register, pure: names in own posts that look like the council's. Nothing is collected.

A name counts when it holds one of the council's words, or when corporate accounts link to it from three posts or more.
Whoever else is named (residents, journalists, firms) is forgotten as soon as the post has been read.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from data.model import Account, Platform
from data.profiles import UNKNOWN, Profile, addresses, mentions, normal, profile_of

LINKED = 3  # posts of corporate accounts
BY_NAME, BY_LINKS = "name", "linked"


@dataclass(frozen=True, slots=True)
class Told:
    """The present words of one own post: where it was posted, and whether the account is a corporate one."""

    post_id: int
    text: str
    links: tuple[str, ...]
    platform: str
    url: str
    corporate: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A name that looks like the council's, the newest post that has it, in how many posts, and why it is listed."""

    platform: str
    handle: str
    post_id: int
    posts: int
    why: str


@dataclass(slots=True)
class _Seen:
    newest: int = 0
    posts: int = 0
    linked: int = 0


def find(told: Iterable[Told], register: Iterable[Account], words: Iterable[str]) -> list[Found]:
    """Return the names in posts that look like the council's and are not on the register, by platform and name."""
    there, ours = known(register), tuple(filter(None, map(squeezed, words)))
    like = cache(lambda profile: looks(profile, ours))
    seen: defaultdict[Profile, _Seen] = defaultdict(_Seen)
    for post in told:
        linked = set(_linked(post))
        for profile in linked | set(mentions(post.text, post.platform, post.url)):
            if profile in there or not (like(profile) or (post.corporate and profile in linked)):
                continue
            one = seen[profile]
            one.newest, one.posts = max(one.newest, post.post_id), one.posts + 1
            one.linked += post.corporate and profile in linked
    kept = {p: s for p, s in seen.items() if like(p) or s.linked >= LINKED}
    placed = {p.handle.partition("@")[0] for p in kept if p.platform}  # a bare @name may be one of these
    return [
        Found(p.platform, p.handle, s.newest, s.posts, BY_NAME if like(p) else BY_LINKS)
        for p, s in sorted(kept.items())
        if p.platform or p.handle not in placed
    ]


def known(register: Iterable[Account]) -> frozenset[Profile]:
    """Return every way in which accounts of the register may be named."""
    return frozenset(profile for account in register for profile in _names(account))


def looks(profile: Profile, ours: Iterable[str]) -> bool:
    """Say whether a name holds one of the council's words."""
    name = squeezed(profile.handle)
    return any(word in name for word in ours)


def squeezed(text: str) -> str:
    """Return a name without what people put between its words, in lower case."""
    return re.sub(r"[\W_]+", "", text.lower())


def _linked(post: Told) -> Iterator[Profile]:
    yield from filter(None, map(profile_of, (*post.links, *addresses(post.text))))


def _names(account: Account) -> Iterator[Profile]:
    name = normal(account.handle)
    of_url = profile_of(account.url)
    yield Profile(account.platform, name)
    yield Profile(UNKNOWN, name.partition("@")[0])
    if of_url is not None:
        yield of_url
        yield Profile(UNKNOWN, of_url.handle.partition("@")[0])
    if account.platform is Platform.YOUTUBE and account.platform_id:
        yield Profile(Platform.YOUTUBE, f"channel/{account.platform_id}")
