"""What the register's JSON form has beyond the columns of its CSV: the whole business case, and every holder. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from data import business_case
from data.business_case import BusinessCase

NUMBERS = ("posts_from", "posts_to")
LISTS = ("may_post_emails", "line_manager_emails")
MORE = ("will_post", "will_not_post", *NUMBERS, "special", *LISTS, "conditions")


def listed(value: str) -> tuple[str, ...]:
    """Return the parts of a cell that holds a list, in lower case."""
    return tuple(part.strip().lower() for part in value.split(";") if part.strip())


def checks(check_emails: Callable[[str], str]) -> Mapping[str, Callable[[str], str]]:
    """Return what checks a cell of each of these columns."""
    return {"special": _check_special, **dict.fromkeys(NUMBERS, _check_number), **dict.fromkeys(LISTS, check_emails)}


def across(row: Mapping[str, str]) -> str:
    """Return what is wrong between the two numbers of a row, each of which is one; "" when nothing is."""
    numbers = [row.get(name, "") for name in NUMBERS]
    if not all(map(_is_number, numbers)):
        return ""
    return "".join(business_case.problems(BusinessCase(posts_from=int(numbers[0]), posts_to=int(numbers[1]))))


def case(row: Mapping[str, str]) -> BusinessCase:
    """Return the business case of a row that was checked."""
    first, last = (int(row[name]) if row.get(name) else None for name in NUMBERS)
    return BusinessCase(
        row.get("will_post", ""), row.get("will_not_post", ""), first, last, listed(row.get("special", ""))
    )


def document(found: BusinessCase, may_post: tuple[str, ...], line_managers: tuple[str, ...]) -> dict[str, Any]:
    """Return the columns of this form for one account, as JSON has them."""
    return {
        "will_post": found.will_post,
        "will_not_post": found.will_not_post,
        "posts_from": found.posts_from,
        "posts_to": found.posts_to,
        "special": list(found.special),
        "may_post_emails": list(may_post),
        "line_manager_emails": list(line_managers),
    }


def _check_special(value: str) -> str:
    return " ".join(business_case.problems(BusinessCase(special=listed(value))))


def _check_number(value: str) -> str:
    good = _is_number(value) and int(value) <= business_case.MOST_POSTS
    return "" if good else f"{value!r} is not a number of posts a week"


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 9
