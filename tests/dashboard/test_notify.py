"""The verb `notify` and the round behind it, end to end: store, real mail server, real webhook."""

import json
import logging
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import postreeve
from dashboard import notify_command, webhooks
from data.cli import Context
from data.config import Secret, Settings, as_environment
from data.notice import Preference, Reach
from data.services import drafts, interim, preferences, review
from data.store.engine import Store, create_or_upgrade
from tests.servers.hooks import Hook, hook_server
from tests.servers.smtp import Mailbox, mail_server
from tests.support import command
from tests.support.clock import FakeClock
from tests.support.notices import DOMAIN, INSULT, THREAT, Staff, posted, seen, staff

CANARY = "come round"


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Iterator[Store]:
    """A fresh store, in place of the filled one of this folder."""
    made, _ = create_or_upgrade(f"sqlite:///{tmp_path}/notices.db", clock)
    yield made
    made.close()


@pytest.fixture
def who(store: Store) -> Staff:
    """The people."""
    return staff(store)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server."""
    with mail_server() as made:
        yield made


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A webhook."""
    with hook_server() as made:
        yield made


def settings(store: Store, box: Mailbox | None = None, hook: Hook | None = None) -> Settings:
    found = Settings(store=str(store.url), dashboard_url="https://posts.example", anchor=f"{store.path}.anchor")
    found = replace(found, silence_hours=1e6)
    if box:
        mail = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_tls": "none"}
        found = replace(found, **mail, mail_from=f"postreeve@{DOMAIN}")
    return replace(found, slack_url=Secret(hook.url()), allow_private=(hook.place,)) if hook else found


def notified(store: Store, wanted: Settings) -> tuple[Context, int]:
    context = Context(wanted, clock=store.now)
    return context, notify_command.send_all(context)[1].sent


def subjects(box: Mailbox) -> list[str]:
    return sorted(f"{mail['To'].partition('@')[0]}: {mail['Subject']}" for mail in box.taken)


def test_everyone_is_told_their_own(store: Store, who: Staff, box: Mailbox, hook: Hook) -> None:
    [threat, insult] = posted(store, THREAT, INSULT)
    review.ask_reply(store, who.ann, seen(store, insult))
    interim.ask(store, who.ann, seen(store, threat), "It names a child.")
    wanted = settings(store, box, hook)
    _, sent = notified(store, wanted)
    assert sent == len(box.taken) + len(hook.posted)
    found = subjects(box)
    assert "owner: Your side is asked for" in found
    assert "owner: Please hide or correct a post for now" in found
    assert sum("Please look now" in one for one in found) == 1
    assert "ann: What waits for you" in found
    assert {document["text"].splitlines()[0] for _, document in hook.posted} == {
        "Please look now",
        "What waits for you",
    }
    assert notified(store, wanted)[1] == 0


def test_nothing_that_goes_out_holds_words_names_or_findings(
    store: Store, who: Staff, box: Mailbox, hook: Hook
) -> None:
    [number] = posted(store, THREAT)
    interim.ask(store, who.ann, seen(store, number), "It names a child.")
    notified(store, settings(store, box, hook))
    out = "\n".join([*(str(mail.get_payload(decode=True)) for mail in box.taken), str(hook.posted)]).lower()
    assert len(out) > 500
    for word in (CANARY, "you live", "child", "owner@", "ann", "threat", "harassment", "0.9", "environment", "bins"):
        assert word not in out.replace("channel", ""), word


def test_who_has_nothing_waiting_gets_no_digest(store: Store, who: Staff, box: Mailbox) -> None:
    posted(store, "The bins are out.")
    assert notified(store, settings(store, box))[1] == 0
    assert box.taken == []


def test_a_digest_counts_ones_departments_alone(store: Store, who: Staff, box: Mailbox) -> None:
    posted(store, INSULT)
    notified(store, settings(store, box))
    assert subjects(box) == ["ann: What waits for you", "ben: What waits for you"]
    assert "- 1 alert to review" in str(box.taken[0].get_payload())


def test_refused_is_named_tried_again_and_comes_through(
    store: Store, who: Staff, box: Mailbox, clock: FakeClock
) -> None:
    drafts.ask_officer(store, who.owner, "May I?", "")
    preferences.choose(store, who.ben, Preference(reach=Reach.TEAM))
    box.rcpt = "451 later"
    context, sent = notified(store, settings(store, box))
    assert sent == 0
    assert all("(451)" in failure for failure in context.failures)
    box.rcpt = ""
    clock.move(minutes=2)
    context, sent = notified(store, settings(store, box))
    assert (len(context.failures), sent) == (0, 3)  # the administrator’s digest says that notices failed
    assert subjects(box) == [
        "ada: What waits for you",
        "ann: A question waits for an officer",
        "ann: What waits for you",
    ]


def test_secrets_are_nowhere_after_failures(
    store: Store, who: Staff, box: Mailbox, hook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    drafts.ask_officer(store, who.owner, "May I?", "")
    hook.status, box.cut = 403, True
    wanted = replace(settings(store, box, hook), smtp_user="u", smtp_password=Secret("canary-secret-mail"))
    context, _ = notified(store, wanted)
    assert context.failures
    assert store.path is not None
    kept = b"".join(p.read_bytes() for p in store.path.parent.iterdir() if p.is_file())
    said = f"{caplog.text} {context.failures} {context!r} {webhooks.carriers(wanted)!r}"
    assert "canary-secret" not in said
    assert b"canary-secret" not in kept


def shell(store: Store, wanted: Settings, *arguments: str, expect: int = 0) -> str:
    assert store.path is not None
    return command.call(store.path.parent, *arguments, expect=expect, **as_environment(wanted))


def test_from_the_shell(store: Store, who: Staff, box: Mailbox) -> None:
    drafts.ask_officer(store, who.owner, "May I?", "")
    wanted = replace(settings(store, box), digest_hour=0)
    due = json.loads(shell(store, wanted, "--json", "notify", "--dry-run"))["due"]
    assert {"kind": "question", "channel": "email", "to": who.ann.email} in due
    assert box.taken == []
    done = json.loads(shell(store, wanted, "--json", "notify"))
    assert done["sent"] == len(box.taken) >= 2
    assert (done["failed"], done["busy"]) == (0, False)
    assert "0 notices sent, 0 waiting." in shell(store, wanted, "notify")
    assert "Nothing is due." in shell(store, wanted, "notify", "--dry-run")


def test_failures_end_with_one_and_no_way_out_with_two(store: Store, who: Staff, box: Mailbox) -> None:
    drafts.ask_officer(store, who.owner, "May I?", "")
    box.data = "554 no"
    assert "did not take the message (554)" in shell(store, settings(store, box), "notify", expect=1)
    assert "No notice can go out" in shell(store, settings(store), "notify", expect=2)


def begun(store: Store, wanted: Settings, *arguments: str) -> "subprocess.Popen[bytes]":
    assert store.path is not None
    return command.start(store.path.parent, *arguments, **as_environment(wanted))


@pytest.mark.timeout(120)
def test_killed_after_the_server_took_it_it_goes_once_more_under_the_same_name(
    store: Store, who: Staff, box: Mailbox
) -> None:
    drafts.ask_officer(store, who.owner, "May I?", "")
    wanted = settings(store, box)
    process = begun(store, wanted, "notify")
    box.then = process.kill  # the server has the message, the client never hears so
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    [first] = [mail["Message-ID"] for mail in box.taken]
    box.then = None
    for _ in range(2):
        assert not json.loads(shell(store, wanted, "--json", "notify"))["busy"]
    marks = [mail["Message-ID"] for mail in box.taken]
    assert marks.count(first) == 2
    assert len(marks) == len(set(marks)) + 1


@pytest.mark.timeout(120)
def test_watch_sends_what_is_due(store: Store, who: Staff, box: Mailbox) -> None:
    posted(store, THREAT)
    process = begun(store, settings(store, box), "watch", "--port", "0")
    end = time.monotonic() + 60
    while not box.taken and time.monotonic() < end:
        time.sleep(0.05)
    process.kill()
    process.communicate()
    assert "Please look now" in [mail["Subject"] for mail in box.taken]


def test_watch_tells_only_where_there_is_a_way_out(store: Store, who: Staff, box: Mailbox) -> None:
    named = [task.name for task in postreeve._telling(Context(settings(store), clock=store.now))]
    assert named == ["looking for names"]
    tasks = postreeve._telling(Context(settings(store, box), clock=store.now))
    assert [task.name for task in tasks] == ["telling", "looking for names"]
    drafts.ask_officer(store, who.owner, "May I?", "")
    for task in tasks:
        due = task.due()
        assert due is not None
        assert due <= store.now()
        task.do()
        later = task.due()
        assert later is not None
        assert later > store.now()
    assert len(box.taken) == 4
