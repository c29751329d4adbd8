"""The demonstration: a synthetic council end to end, twice over, and the rules its posts keep."""

import json
import re
import signal
import socket
import urllib.error
import urllib.request
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors import sample_source
from data.model import Category, Characteristic
from data.samples import council
from tests.support.command import call_json, start
from tests.support.likeness import alike, skeleton

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_council_is_large_enough() -> None:
    posts = list(council.all_posts())
    speaking = {p.account for p in posts}
    assert len(council.accounts()) == 50
    assert len(speaking) >= 40
    assert len({row["department"] for row in council.accounts()}) >= 10
    assert len(posts) >= 3000
    expected = Counter(p.expect for p in posts)
    assert expected["alert"] >= 25
    assert expected["lookalike"] >= 95


def test_what_is_planted_is_well_formed() -> None:
    for post in council.all_posts():
        assert post.expect in ("", "alert", "lookalike")
        assert (post.expect == "alert") == bool(post.category)
        assert (post.expect == "lookalike") == bool(post.why)
        if post.category:
            Category(post.category)
        if post.characteristic:
            Characteristic(post.characteristic)
    planted = {p.characteristic for p in council.all_posts() if p.expect == "alert"}
    assert set(Characteristic) <= planted


def test_no_skeleton_is_used_over_and_over() -> None:
    texts = [p.text for p in council.all_posts()]
    [(_, most)] = Counter(map(skeleton, texts)).most_common(1)
    assert most / len(texts) <= 0.005


def test_few_posts_resemble_another() -> None:
    """Near-duplicates: word sets with a Jaccard index of 0.6 or more."""
    texts = [p.text for p in council.all_posts()]
    close = {number for pair in alike(texts) for number in pair}
    assert len(close) / len(texts) <= 0.03


def test_posts_go_out_in_the_year_before_today_and_in_season() -> None:
    for post in council.all_posts():
        at = post.published(NOW)
        assert 0 <= (NOW - at).days <= 366
        assert at.astimezone(council.ZONE).strftime("%m-%d") == post.on


def test_nothing_points_outside() -> None:
    for post in council.all_posts():
        links = re.findall(r"https?://([^/\s]+)", post.text)
        assert {link.rstrip(".,)") for link in links} <= {"www.thornmere.example"}, post.text
        assert set(re.findall(r"[\w.]+@([\w.-]+\.\w+)", post.text)) <= {"thornmere.example"}, post.text


@pytest.mark.parametrize("account", ["ranger-tolliver", "bins-recycling", "mayor-parlour"])
def test_a_feed_of_each_kind_is_served_and_unchanged_afterwards(account: str) -> None:
    with sample_source.serve(lambda: NOW) as port:
        url = f"http://127.0.0.1:{port}/{account}"
        with urllib.request.urlopen(url) as answer:
            tag, body = answer.headers["ETag"], answer.read()
        assert body == sample_source.render(account, NOW)[1]
        again = urllib.request.Request(url, headers={"If-None-Match": tag})
        with pytest.raises(urllib.error.HTTPError, match="304"):
            urllib.request.urlopen(again)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/../etc/passwd")


@pytest.mark.timeout(300)
def test_the_demonstration_twice(tmp_path: Path) -> None:
    posts = list(council.all_posts())
    first = call_json(tmp_path, "demo", "--once", "--dir", "d")
    outcomes = Counter(a["outcome"] for a in first["collect"]["accounts"])
    assert outcomes == {"ok": 48, "skipped": 2}
    assert sum(a["new"] for a in first["collect"]["accounts"]) == len(posts)
    assert first["scan"]["scanned"] == len(posts)
    assert 10 <= first["scan"]["alerts"] <= 0.03 * len(posts)
    planted = first["planted"]
    assert planted["planted"] == sum(p.expect == "alert" for p in posts)
    flagged = planted["planted_found"] + planted["lookalikes_flagged"] + planted["ordinary_flagged"]
    assert flagged == first["scan"]["alerts"]
    second = call_json(tmp_path, "demo", "--once", "--dir", "d")
    assert Counter(a["outcome"] for a in second["collect"]["accounts"]) == {"unchanged": 48, "skipped": 2}
    assert (second["scan"]["scanned"], second["planted"]) == (0, planted)
    assert call_json(tmp_path, "--store", f"sqlite:///{tmp_path}/d/postreeve.db", "verify")["problems"] == []


@pytest.mark.timeout(300)
def test_the_demonstration_opens_the_dashboard_and_ends(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = start(tmp_path, "--json", "demo", "--port", str(port), "--dir", "d")
    assert process.stderr is not None
    told = b""
    while b"Sign in as" not in told:
        line = process.stderr.readline()
        assert line, told
        told += line
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
        assert page.status == 200
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert json.loads(output)["planted"]["planted"] > 0
    assert process.returncode in (0, 130)
