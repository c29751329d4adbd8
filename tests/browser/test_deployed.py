"""The deployment as docs/deploying.md has it: nginx with TLS before the dashboard, and units that systemd reads."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Site, settled, sign_in
from tests.servers.tls import write_certificate
from tests.support.ports import free_port

DEPLOY = Path(__file__).resolve().parents[2] / "docs" / "deploy"
WHOLE = "daemon off; pid RUN/pid; error_log RUN/error.log; events {} http { access_log off; TEMP INNER }"
TEMP = " ".join(f"{n}_temp_path RUN/{n};" for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))


def configuration(folder: Path, port: int, behind: str) -> str:
    """Return the documented file with this test's port, certificate and dashboard in it."""
    pem = str(write_certificate(folder))
    inner = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for there, here in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/etc/ssl/postreeve/fullchain.pem", pem),
        ("/etc/ssl/postreeve/privkey.pem", pem),
        ("http://127.0.0.1:8501", behind.rstrip("/")),
    ):
        assert there in inner
        inner = inner.replace(there, here)
    return WHOLE.replace("TEMP", TEMP).replace("INNER", "\n" + inner).replace("RUN", str(folder))


@pytest.fixture
def proxied(site: Site, tmp_path: Path) -> Iterator[str]:
    """The address of the dashboard behind nginx."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if not nginx:
        pytest.skip("needs nginx (Debian: apt-get install nginx-light)")
    port = free_port()
    (tmp_path / "nginx.conf").write_text(configuration(tmp_path, port, site.url), encoding="utf-8")
    command = [nginx, "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path), "-e", str(tmp_path / "error.log")]
    with subprocess.Popen(command) as process:
        answers(port)
        yield f"https://127.0.0.1:{port}/"
        process.terminate()
        process.wait(timeout=10)


def answers(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    pytest.fail("nginx did not start")


def test_people_work_through_the_proxy_and_cookies_stay_within_tls(chromium: Browser, proxied: str) -> None:
    context = chromium.new_context(ignore_https_errors=True)
    page = context.new_page()
    answer = page.goto(proxied)
    assert answer is not None
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    sign_in(page, "reviewer")
    settled(page)
    page.get_by_role("link", name="Review queue").first.click()
    expect(page.get_by_role("heading", level=1, name="Review queue")).to_be_visible()
    cookies = [c for c in context.cookies() if c["name"].startswith("postreeve")]
    assert cookies
    assert all(c["secure"] and c["httpOnly"] and c["sameSite"] == "Strict" for c in cookies)
    context.close()


@pytest.mark.parametrize("name", ["postreeve-watch.service", "postreeve-dashboard.service"])
def test_systemd_reads_the_units(tmp_path: Path, name: str) -> None:
    tool = shutil.which("systemd-analyze")
    if not tool:
        pytest.skip("needs systemd-analyze (Debian: apt-get install systemd)")
    unit = (DEPLOY / name).read_text(encoding="utf-8")
    assert "/opt/postreeve/.venv/bin/postreeve" in unit
    (tmp_path / name).write_text(unit.replace("/opt/postreeve/.venv/bin/postreeve", "/bin/true"), encoding="utf-8")
    done = subprocess.run([tool, "verify", str(tmp_path / name)], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if name in line]
    assert said == [], said
