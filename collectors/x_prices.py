"""What reading X costs: pay-per-use since February 2026, in US dollars.

X counts a resource once in a UTC day; here every post that comes is counted, so that what stands in the store is never
less than the bill. Posts that come along (what a repost, quote or reply refers to) are read, and paid for, too.
"""

from collections.abc import Mapping
from typing import Any

from collectors.x_posts import dicts, either

POST = 0.005
USER = 0.010
WITH_ORIGINAL = 2 * POST  # a post at most, with the one that it refers to


def of_answer(value: Mapping[str, Any]) -> float:
    """Return what the posts and people in an answer cost."""
    data, beside = value.get("data"), value.get("includes")
    included = beside if isinstance(beside, dict) else {}
    posts = len(dicts(data)) + len(dicts(either(included, "tweets")))
    return round(POST * posts + USER * len(dicts(included.get("users"))), 6)


def ahead(posts: int, size: int) -> float:
    """Return what must be left before `posts` expected posts are read in pages of `size`: the estimate, and no less
    than the most that the first page can cost."""
    return round(max(POST * posts, WITH_ORIGINAL * min(posts, size)), 6)
