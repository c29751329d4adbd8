"""The large store of tests/soak_retention.py: small here, so that it stays true, and of a million posts in the soak."""

from pathlib import Path

import pytest

from tests.soak_retention import measure


def test_the_measurement_measures(tmp_path: Path) -> None:
    found = measure(tmp_path, 4000)
    assert found.problems == ()
    assert 1900 < found.erased < 2000  # half of them are old enough, but for those with an upheld alert
    said = "\n".join(found.lines())
    for words in ("SQLite", "of 4000 posts", "erase post", "erase account", "0 problems"):
        assert words in said


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_million_posts(tmp_path: Path) -> None:
    found = measure(tmp_path, 1_000_000)
    print(*found.lines(), sep="\n")
    assert found.problems == ()
    assert found.erased > 400_000
    assert found.retention <= 60
    assert max(found.post, found.account) <= 60
    assert len(found.write) > 10  # others read and wrote meanwhile
