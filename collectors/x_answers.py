"""What X's answers say: who an account is, which posts are there, and which are gone."""

from typing import Any

from collectors import x_prices
from collectors.base import Dropped, Fetched, Page
from collectors.evidence import canonical_json, clean, digest
from collectors.notes import note
from collectors.x_posts import NotUnderstood, dicts, either, history, read_includes, to_item
from collectors.x_refusals import NOT_FOUND, problems, read_object, told
from data.model import AccountSnapshot, Item

DEEPEST = 3_200  # posts of an account that the API lists at most


def total_of(user: dict[str, Any]) -> int:
    """Return how many posts an account says it has, as many as can be read when it does not say."""
    metrics = user.get("public_metrics")
    total = (metrics.get("tweet_count", metrics.get("post_count"))) if isinstance(metrics, dict) else None
    return total if isinstance(total, int) and total >= 0 else DEEPEST


def read_user(value: dict[str, Any], who: str) -> dict[str, Any]:
    """Return the account that an answer tells of; raise `CollectError` with the reason why it tells of none."""
    user = value.get("data")
    if not isinstance(user, dict) or not isinstance(user.get("id"), str) or not isinstance(user.get("username"), str):
        raise told(value, who)
    return user


def snapshot_of(user: dict[str, Any], fetched: Fetched) -> AccountSnapshot:
    """Return what X shows of an account."""
    metrics = user.get("public_metrics")
    followers = metrics.get("followers_count") if isinstance(metrics, dict) else None
    return AccountSnapshot(
        at=fetched.received_at,
        handle=clean(user.get("username")),
        name=clean(user.get("name")),
        biography=clean(user.get("description")),
        followers=followers if isinstance(followers, int) and followers >= 0 else None,
        status="protected" if user.get("protected") is True else "",
    )


def pinned_of(user: dict[str, Any]) -> tuple[str, ...]:
    """Return the id of the post that an account has put above the others, if it has."""
    found = clean(either(user, "pinned_tweet_id"))
    return (found,) if found else ()


def read_posts(value: dict[str, Any], who: str) -> list[dict[str, Any]]:
    """Return the posts of a page, which may be few or none; raise the reason when the answer is no page at all."""
    data, meta = value.get("data"), value.get("meta")
    if isinstance(data, list):
        return dicts(data)
    if data is None and isinstance(meta, dict) and meta.get("result_count") == 0:
        return []
    raise told(value, who)


def is_superseded(post: dict[str, Any]) -> bool:
    """Tell whether a post is an older version of one that has been edited since."""
    return history(post)[-1] != clean(post.get("id"))


def understood(
    posts: list[dict[str, Any]], value: dict[str, Any], fetched: Fetched, number: str
) -> tuple[tuple[Item, ...], tuple[Dropped, ...]]:
    """Return the newest versions of posts as items, and what makes no sense; `value` is the answer they came in."""
    items, dropped = list[Item](), list[Dropped]()
    includes = read_includes(value.get("includes"))
    for post in posts:
        if is_superseded(post):
            continue
        try:
            items.append(to_item(post, includes, number, fetched.received_at))
        except NotUnderstood as exc:
            dropped.append(Dropped(str(exc), digest(canonical_json(post))))
    return tuple(items), tuple(dropped)


def by_id(fetched: Fetched, number: str) -> Page:
    """Understand what X says of single posts: only one that it calls not found is gone."""
    value, asked = read_object(fetched), set(filter(None, note(fetched, "asked").split(",")))
    posts = dicts(value.get("data"))
    lost = {clean(one.get("resource_id") or one.get("value")) for one in problems(value) if _is_lost(one)}
    there = {clean(one.get("id")) for one in posts}
    items, dropped = understood(posts, value, fetched, number)
    gone = tuple(sorted((lost & asked) - there))
    return Page(items, dropped, platform_id=number, gone=gone, cost=x_prices.of_answer(value))


def _is_lost(problem: dict[str, Any]) -> bool:
    detail = clean(problem.get("detail")).lower()
    return NOT_FOUND in clean(problem.get("type")) and "suspended" not in detail
