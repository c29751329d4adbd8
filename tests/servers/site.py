"""A council's news site for tests: articles built by Pelican, served by Debian's nginx on loopback."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.servers.articles import ARTICLES, Article
from tests.support.ports import free_port

HERE = Path(__file__).parent / "feed"
FIRST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
START_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Site:
    """A running site: its address, and the folders it is built from and in."""

    url: str
    content: Path
    output: Path

    @property
    def netloc(self) -> str:
        """host:port, for allow_private."""
        return self.url.removeprefix("http://")

    def write(self, number: int, article: Article) -> None:
        """Write the source of one article; a later number is a later date."""
        write(self.content, number, article)

    def remove(self, number: int) -> None:
        """Remove the source of one article."""
        (self.content / f"article-{number:02}.md").unlink()

    def build(self) -> None:
        """Build the site anew."""
        build(self.content, self.output, self.url)


def published(number: int) -> datetime:
    """Return when an article was published, in UTC: one every eleven hours."""
    return FIRST + timedelta(hours=11 * number)


def write(content: Path, number: int, article: Article) -> None:
    """Write an article in Pelican's format."""
    head = {"Title": article.title, "Date": published(number).isoformat(), "Slug": f"article-{number:02}"}
    head |= {"Author": "Pat Canary", "Category": article.category, "Lang": article.language}
    lines = [f"{name}: {value}" for name, value in head.items()]
    (content / f"article-{number:02}.md").write_text("\n".join([*lines, "", article.body, ""]), encoding="utf-8")


def build(content: Path, output: Path, url: str) -> None:
    """Run Pelican over the articles."""
    command = [sys.executable, "-m", "pelican", str(content), "-o", str(output), "-s", str(HERE / "pelicanconf.py")]
    extra = ["-e", f'SITEURL="{url}"', f'FEED_DOMAIN="{url}"', "--quiet", "--ignore-cache"]
    done = subprocess.run([*command, *extra], capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(f"Pelican failed: {done.stderr[-2000:]}")


def _answers(port: int, process: "subprocess.Popen[bytes]") -> bool:
    """Wait until the server accepts connections; false when it ended or took too long."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    return False


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """Build the site in `folder` and serve it; skip where nginx is not installed."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if not nginx:
        pytest.skip("needs nginx (Debian: apt-get install nginx-light)")
    content, output, run, port = folder / "content", folder / "output", folder / "run", free_port()
    for made in (content, output, run):
        made.mkdir()
    site = Site(f"http://127.0.0.1:{port}", content, output)
    for number, article in enumerate(ARTICLES):
        site.write(number, article)
    site.build()
    folder.chmod(0o755)
    conf = (HERE / "nginx.conf").read_text(encoding="utf-8")
    filled = conf.replace("RUN", str(run)).replace("SITE", str(output)).replace("PORT", str(port))
    (run / "nginx.conf").write_text(filled, encoding="utf-8")
    command = [nginx, "-c", str(run / "nginx.conf"), "-p", str(run), "-e", str(run / "error.log")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            if not _answers(port, process):
                raise RuntimeError(f"nginx did not start: {(run / 'error.log').read_text()[-2000:]}")
            yield site
        finally:
            process.terminate()
            process.wait(timeout=10)
