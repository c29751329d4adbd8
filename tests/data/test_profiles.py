"""Names in words and addresses: what stands for an account, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.profiles import Profile, addresses, mentions, normal, page, profile_of

PROFILES = {
    "https://x.com/FernbrookLib": ("x", "fernbrooklib"),
    "https://twitter.com/FernbrookLib/status/12?s=20": ("x", "fernbrooklib"),
    "https://mobile.twitter.com/@FernbrookLib": ("x", "fernbrooklib"),
    "https://www.facebook.com/fernbrook.library/posts/1": ("facebook", "fernbrook.library"),
    "https://m.facebook.com/pg/FernbrookLib/about": ("facebook", "fernbrooklib"),
    "https://instagram.com/fernbrook_lib/": ("instagram", "fernbrook_lib"),
    "https://www.instagram.com/stories/fernbrook_lib/1/": ("instagram", "fernbrook_lib"),
    "https://www.threads.net/@fernbrook.lib": ("threads", "fernbrook.lib"),
    "https://www.threads.com/@fernbrook.lib/post/1": ("threads", "fernbrook.lib"),
    "https://www.youtube.com/@FernbrookTV/videos": ("youtube", "fernbrooktv"),
    "https://youtube.com/channel/UCabcDEF0123456789abcdef": ("youtube", "channel/UCabcDEF0123456789abcdef"),
    "https://www.youtube.com/c/Fernbrook": ("youtube", "c/fernbrook"),
    "https://bsky.app/profile/library.fernbrook.example/post/3k": ("bluesky", "library.fernbrook.example"),
    "https://uk.linkedin.com/company/fernbrook-council/": ("linkedin", "fernbrook-council"),
    "https://social.example/@Library": ("mastodon", "library@social.example"),
    "https://social.example/@library@other.example/112": ("mastodon", "library@other.example"),
}
NO_PROFILES = (
    "https://x.com/intent/tweet?text=hello",
    "https://x.com/hashtag/bins",
    "https://x.com/",
    "https://www.facebook.com/sharer/sharer.php?u=x",
    "https://www.facebook.com/events/12",
    "https://www.facebook.com/profile.php?id=1",
    "https://www.instagram.com/p/abc/",
    "https://www.youtube.com/watch?v=abc",
    "https://youtu.be/abc",
    "https://bsky.app/search?q=x",
    "https://www.linkedin.com/in/jo-field",
    "https://medium.com/@jo",
    "https://fernbrook.example/bins",
    "https://notx.com/fernbrook",
    "https://x.com.evil.example/fernbrook",
    "mailto:library@fernbrook.example",
    "javascript:alert(1)//x.com/fernbrook",
    "https://[bad/@x",
    "x.com/fernbrook",
    "",
)


@pytest.mark.parametrize("link", PROFILES)
def test_links_to_profiles(link: str) -> None:
    assert profile_of(link) == Profile(*PROFILES[link])


@pytest.mark.parametrize("link", NO_PROFILES)
def test_links_that_are_none(link: str) -> None:
    assert profile_of(link) is None


@pytest.mark.parametrize(
    ("platform", "text", "found"),
    [
        ("x", "Thanks @FernbrookLib!", [("x", "fernbrooklib")]),
        ("instagram", "With @fern.brook. And", [("instagram", "fern.brook")]),
        ("bluesky", "See @library.fernbrook.example", [("bluesky", "library.fernbrook.example")]),
        ("mastodon", "@library and @parks@other.example", [("mastodon", "library@social.example")]),
        ("feed", "Follow @FernbrookLib", [("", "fernbrooklib")]),
        ("x", "Write to library@fernbrook.example or see https://x.com/@a", []),
        ("x", "a@b @ @@c ＠d .@e", []),
    ],
)
def test_mentions_in_words(platform: str, text: str, found: list[tuple[str, str]]) -> None:
    told = list(mentions(text, platform, "https://social.example/@council"))
    assert told[: len(found)] == [Profile(*one) for one in found]
    assert bool(told) == bool(found)


def test_a_name_with_its_server_is_mastodons_wherever_it_stands() -> None:
    assert list(mentions("@parks@other.example", "x", "")) == [Profile("mastodon", "parks@other.example")]


def test_a_mention_without_a_known_server_says_no_platform() -> None:
    assert list(mentions("@parks", "mastodon", "")) == [Profile("", "parks")]


def test_addresses_are_cut_off_where_the_sentence_goes_on() -> None:
    text = "See https://x.com/fernbrook, (https://bsky.app/profile/a.example) and http://b.example/!"
    assert list(addresses(text)) == [
        "https://x.com/fernbrook",
        "https://bsky.app/profile/a.example",
        "http://b.example/",
    ]


@pytest.mark.parametrize("link", PROFILES)
def test_a_page_of_a_profile_is_that_profile(link: str) -> None:
    profile = Profile(*PROFILES[link])
    assert profile_of(page(profile)) == profile


def test_a_name_without_a_platform_has_no_page() -> None:
    assert page(Profile("", "fernbrook")) == ""
    assert page(Profile("feed", "fernbrook")) == ""


def test_names_are_compared_without_case_and_sign() -> None:
    assert normal(" @Fernbrook ") == "fernbrook"


@given(st.text(max_size=80), st.sampled_from(["x", "mastodon", "feed", "bluesky", "youtube"]))
def test_names_are_plain_letters_whatever_stands_around_them(text: str, platform: str) -> None:
    names = [p.handle for p in mentions(text, platform, "https://s.example")]
    profile = profile_of(text)
    names += [profile.handle] if profile else []
    assert all(name.isascii() and name.isprintable() and not set(name) & set("<>&\"' ") for name in names)


@given(st.from_regex(r"https://(x\.com|social\.example|\[::1\]|www\.facebook\.com)/.{0,40}", fullmatch=True))
def test_no_address_is_too_odd(link: str) -> None:
    profile_of(link)
