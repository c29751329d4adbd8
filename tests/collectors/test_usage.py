"""Meta's headers of usage: percentages, minutes, and everything that they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import usage, waits

BUSINESS = '{"5": [{"type": "pages", "call_count": 28, "total_cputime": 40, "estimated_time_to_regain_access": 3}]}'


@pytest.mark.parametrize(
    ("headers", "share", "seconds"),
    [
        ({}, 0.0, None),
        ({"x-app-usage": '{"call_count": 28, "total_time": 25, "total_cputime": 25}'}, 0.28, None),
        ({"x-business-use-case-usage": BUSINESS}, 0.40, 180.0),
        ({"x-app-usage": '{"call_count": 90}', "x-business-use-case-usage": BUSINESS}, 0.90, 180.0),
        ({"x-app-usage": '{"call_count": 250}'}, 1.0, None),
        ({"x-app-usage": '{"call_count": -5}'}, 0.0, None),
        ({"x-app-usage": "nonsense", "x-business-use-case-usage": "[]"}, 0.0, None),
        ({"x-business-use-case-usage": '{"5": {"call_count": 9}, "6": ["x", {"call_count": "9"}]}'}, 0.0, None),
        ({"x-business-use-case-usage": '{"5": [{"estimated_time_to_regain_access": 1e999}]}'}, 0.0, None),
    ],
)
def test_what_is_used_and_when_it_is_given_back(headers: dict[str, str], share: float, seconds: float | None) -> None:
    assert usage.share_used(headers) == pytest.approx(share)
    assert usage.regain(headers) == seconds
    assert waits.share_left(headers) == pytest.approx(1 - share)


@given(st.text(), st.text())
def test_nothing_in_a_header_is_an_exception(one: str, other: str) -> None:
    headers = {"x-app-usage": one, "x-business-use-case-usage": other}
    assert 0 <= usage.share_used(headers) <= 1
    assert (usage.regain(headers) or 0.0) >= 0
