"""Settings: name, default, help. The only reader of the environment.

A setting comes from `POSTREEVE_NAME`, else from the file given with `--config` (`postreeve.toml` by default), else
from here.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from data.errors import ConfigError
from data.model import Platform, Role

DEFAULT_FILE = "postreeve.toml"
_MAILBOX = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A text that shows itself in no log, message or trace; `reveal` gives it to whoever must send it."""

    _text: str = ""

    def reveal(self) -> str:
        """Return the text."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(…)" if self._text else "Secret()"


def _setting(default: Any, help_text: str) -> Any:
    meta = {"help": help_text}
    if isinstance(default, tuple):
        return field(default_factory=lambda: default, metadata=meta)
    return field(default=default, metadata=meta)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of postreeve with its default; see the `help` of each field."""

    store: str = _setting("sqlite:///var/postreeve.db", "address of the store (sqlite:///FILE or postgresql://…)")
    zone: str = _setting("Europe/London", "the council's time zone: days, renewals and chart buckets")
    allow_private: tuple[str, ...] = _setting((), "private host:port pairs that may be collected from all the same")
    collect_workers: int = _setting(8, "accounts collected at the same time")
    collect_processes: int = _setting(
        2, "processes that share the first round, or a full one, of 200 accounts or more, as cores allow"
    )
    connect_seconds: float = _setting(10.0, "longest wait for a connection")
    answer_seconds: float = _setting(60.0, "longest time for one whole answer")
    max_answer_mib: float = _setting(10.0, "largest answer read, unpacked, in MiB")
    proxy: str = _setting("", "address of an HTTPS proxy")
    mastodon_token: Secret = field(
        default_factory=Secret,
        metadata={"help": "access tokens of servers that want readers signed in, as server=token"},
    )
    x_token: Secret = field(default_factory=Secret, metadata={"help": "bearer token of the X API"})
    facebook_token: Secret = field(
        default_factory=Secret, metadata={"help": "access tokens of Facebook Pages, as account=token"}
    )
    instagram_token: Secret = field(
        default_factory=Secret, metadata={"help": "access tokens of Instagram accounts, as account=token"}
    )
    threads_token: Secret = field(
        default_factory=Secret, metadata={"help": "access tokens of Threads accounts, as account=token"}
    )
    youtube_key: Secret = field(
        default_factory=Secret,
        metadata={"help": "key of the YouTube Data API; without one, the channels' feeds are read"},
    )
    keyring: str = _setting("", "service under which the system keyring holds secrets; empty: it is not asked")
    tokens_file: str = _setting("", 'file with mode 600 that holds tokens instead, one "server" = "token" a line')
    x_monthly_usd: float = _setting(10.0, "most that one X account may cost in a calendar month (UTC), in US dollars")
    x_first_posts: int = _setting(800, "newest posts of an X account that its first collection reads; 3200 at most")
    x_recheck_posts: int = _setting(20, "newest posts of an X account that are read again once a day, for deletions")
    drop_deleted: tuple[str, ...] = _setting((), "platforms whose terms ask that what is deleted there loses its words")
    model: str = _setting("", "folder of the classifier's model; empty for the shipped one")
    models: str = _setting("var/models", "folder of the models that learnt from this council's reviews")
    adapt_purpose: str = _setting("", "purpose for which reviews may train the classifier; empty: they may not")
    adapt_dpia: str = _setting("", "reference of the impact assessment that covers learning from reviews")
    adapt_notice: str = _setting("", "day on which owners and reviewers were told of it, such as 2026-01-31")
    sample_size: int = _setting(0, "posts a quarter read to estimate what flags miss, as the DPIA fixes it; 0: none")
    sample_dpia: str = _setting("", "reference of the impact assessment that covers reading such a sample")
    sample_notice: str = _setting("", "day on which owners were told of it; no post from before is drawn")
    review_pause: int = _setting(10, "harmful posts in a day after which a reviewer is reminded to pause; 0: never")
    review_limit: int = _setting(0, "harmful posts in a day after which a reviewer leaves the rest to others; 0: none")
    anchor: str = _setting("", "file outside the store that the audit head is written to; empty for STORE.anchor")
    retention_posts: int = _setting(730, "days after which posts without an upheld alert lose their words; 0: never")
    retention_not_upheld: int = _setting(183, "days after which what was said about an alert not upheld goes; 0: never")
    retention_cannot_tell: int = _setting(730, "the same for alerts of which there was no telling, with their posts")
    retention_upheld: int = _setting(2192, "days after which an upheld alert and its post lose their words; 0: never")
    retention_snapshots: int = _setting(730, "days after which earlier profiles of accounts go; 0: never")
    retention_audit: int = _setting(2192, "days after which the audit log keeps commitments alone; 0: never")
    retention_sessions: int = _setting(30, "days after which ended sign-ins and finished requests go; 0: never")
    retention_papers: int = _setting(2192, "days after which the office's papers lose their words; 0: never")
    panel_quorum: int = _setting(
        1, "members of the panel that must count for a decision; your terms of reference say it"
    )
    dignity_at_work_url: str = _setting("", "where staff read the council's policy on dignity at work")
    customer_care_url: str = _setting("", "where staff read the council's policy on customer care")
    dashboard_port: int = _setting(8501, "port of the dashboard on 127.0.0.1")
    dashboard_url: str = _setting("", "address people open the dashboard at, such as https://posts.council.example")
    oidc_issuer: str = _setting("", "address of the OpenID Connect service that signs people in; empty: none")
    oidc_name: str = _setting("your council account", "what that service is called on the sign-in page")
    oidc_client_id: str = _setting("", "postreeve's client id there")
    oidc_client_secret: Secret = field(default_factory=Secret, metadata={"help": "postreeve's client secret there"})
    oidc_trust_email: str = _setting(
        "", "yes where that service never lets people choose their e-mail address themselves"
    )
    oidc_claim: str = _setting("groups", "claim that names a person's groups")
    oidc_roles: tuple[str, ...] = _setting((), "roles by group, as group=role; empty: roles are kept here alone")
    council_names: tuple[str, ...] = _setting(
        (), "words by which accounts of the council are called, such as fernbrook; for finding what is not registered"
    )
    smtp_host: str = _setting("", "mail server that notices go out by; empty: no e-mail")
    smtp_port: int = _setting(587, "port of the mail server")
    smtp_tls: str = _setting("starttls", "how the way there is encrypted: starttls, tls (from the start) or none")
    smtp_user: str = _setting("", "name to sign in there with; empty: without signing in")
    smtp_password: Secret = field(default_factory=Secret, metadata={"help": "password to sign in there with"})
    mail_from: str = _setting("", "address that notices come from, such as postreeve@council.example")
    slack_url: Secret = field(default_factory=Secret, metadata={"help": "incoming webhook of the team's Slack channel"})
    teams_url: Secret = field(
        default_factory=Secret, metadata={"help": "Workflows webhook of the team's Teams channel"}
    )
    duty_contact: str = _setting("", "whom an owner rings about an urgent alert, with the number; empty: none")
    urgent_minutes: int = _setting(15, "minutes after which an unopened urgent notice goes to the next on the rota")
    digest_hour: int = _setting(8, "hour of the council's day from which digests go out")
    health_port: int = _setting(9465, "port of /healthz and /metrics of `watch` on 127.0.0.1; 0: a free one")
    silence_hours: float = _setting(26.0, "hours after which an account that was not collected raises the alarm")

    def __repr__(self) -> str:
        return "Settings(…)"  # a store's address can hold a password


def load(
    file: str | None = None, environment: Mapping[str, str] | None = None, overrides: Mapping[str, Any] | None = None
) -> Settings:
    """Read the settings; raise `ConfigError` naming the file or variable and what was probably meant."""
    env = os.environ if environment is None else environment
    path = Path(file or DEFAULT_FILE)
    if file and not path.exists():
        raise ConfigError(f"There is no settings file {path}.")
    values = _from_file(path) if path.exists() else {}
    values |= _from_environment(env)
    if "proxy" not in values and env.get("HTTPS_PROXY"):
        values["proxy"] = env["HTTPS_PROXY"]
    settings = _checked(Settings(**values | dict(overrides or {})))
    return replace(settings, **_from_keyring(settings)) if settings.keyring else settings


def as_environment(settings: Settings) -> dict[str, str]:
    """Return the variables that give a child process the same settings."""
    changed = {f.name: getattr(settings, f.name) for f in fields(settings)}
    return {f"POSTREEVE_{k.upper()}": _as_text(v) for k, v in changed.items()}


def process_environment() -> dict[str, str]:
    """Return the environment of this process, for a child."""
    return dict(os.environ)


def _as_text(value: Any) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _kinds() -> dict[str, type]:
    return {f.name: type(getattr(Settings(), f.name)) for f in fields(Settings)}


def _from_file(path: Path) -> dict[str, Any]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
        raise ConfigError(f"The settings file {path} cannot be read: {error}") from error
    raw = {name: value for key, entry in raw.items() for name, value in _flat(key, entry)}
    for key in raw:
        if _kinds().get(key) is Secret:
            variable = f"POSTREEVE_{key.upper()}"
            raise ConfigError(
                f"{path}: {key} is a secret: give it in {variable}, or in the file that tokens_file names."
            )
    return {key: _typed(f"{path}: {key}", key, value) for key, value in raw.items()}


def _flat(key: str, entry: Any) -> list[tuple[str, Any]]:
    """A table of the file is a prefix: `posts` in [retention] is the setting retention_posts."""
    return [(f"{key}_{name}", value) for name, value in entry.items()] if isinstance(entry, dict) else [(key, entry)]


def _from_environment(env: Mapping[str, str]) -> dict[str, Any]:
    named = {k.removeprefix("POSTREEVE_").lower(): k for k in env if k.startswith("POSTREEVE_")}
    return {key: _typed(variable, key, env[variable]) for key, variable in named.items()}


def _from_keyring(settings: Settings) -> dict[str, Any]:
    """Return the secrets that were not given otherwise, as far as the system keyring has them.

    Raises `ConfigError` when there is no keyring, or when it stays locked.
    """
    import keyring  # late: most installations have none, and the search for one takes time
    from keyring.errors import KeyringError

    wanted = [name for name, kind in _kinds().items() if kind is Secret and not getattr(settings, name)]
    try:
        found = {name: keyring.get_password(settings.keyring, name) for name in wanted}
    except KeyringError as error:
        raise ConfigError(
            f"keyring: the system keyring cannot be read ({type(error).__name__}). Unlock it, or give the secrets as "
            "variables or in the file that tokens_file names, and leave keyring empty."
        ) from error
    return {name: Secret(text) for name, text in found.items() if text}


def _typed(subject: str, key: str, value: Any) -> Any:
    kinds = _kinds()
    if key not in kinds:
        close = difflib.get_close_matches(key, kinds, n=1)
        raise ConfigError(f"{subject} is not a setting" + (f"; did you mean {close[0]}?" if close else "."))
    try:
        if kinds[key] is tuple:
            parts = value.split(",") if isinstance(value, str) else value
            return tuple(str(part).strip() for part in parts if str(part).strip())
        return _number(kinds[key], value) if kinds[key] in (int, float) else kinds[key](value)
    except (TypeError, ValueError, OverflowError) as error:
        what = {int: "a whole number", float: "a number"}.get(kinds[key], "a text")
        raise ConfigError(f"{subject} must be {what}.") from error


def _number(kind: type, value: Any) -> Any:
    """Return a number; nothing is cut off on the way: half a day of keeping would be none, and none is for ever."""
    if isinstance(value, bool) or (kind is int and isinstance(value, float) and not value.is_integer()):
        raise ValueError(value)
    return kind(value)


def _checked(settings: Settings) -> Settings:
    try:
        ZoneInfo(settings.zone)
    except Exception as error:
        raise ConfigError(f"zone: {settings.zone!r} is not a time zone; use a name such as Europe/London.") from error
    for name in ("collect_workers", "collect_processes", "connect_seconds", "answer_seconds", "max_answer_mib"):
        if not 0 < getattr(settings, name) < float("inf"):
            raise ConfigError(f"{name} must be greater than 0.")
    if not 0 <= settings.x_monthly_usd < float("inf"):
        raise ConfigError("x_monthly_usd must be an amount: 0 or more.")
    if not 0 < settings.x_first_posts <= 3200 or not 0 <= settings.x_recheck_posts <= 3200:
        raise ConfigError("x_first_posts must be a number from 1 to 3200, and x_recheck_posts one from 0 to 3200.")
    if not 1 <= settings.panel_quorum <= 100:
        raise ConfigError("panel_quorum must be a number of people from 1 to 100.")
    for name in (f.name for f in fields(settings) if f.name.startswith("retention_")):
        if not 0 <= getattr(settings, name) <= 36500:
            raise ConfigError(f"{name} must be a number of days up to 36500, or 0 for never.")
    if settings.adapt_notice and not _is_day(settings.adapt_notice):
        raise ConfigError(f"adapt_notice: {settings.adapt_notice!r} is not a day; write it as 2026-01-31.")
    if settings.sample_notice and not _is_day(settings.sample_notice):
        raise ConfigError(f"sample_notice: {settings.sample_notice!r} is not a day; write it as 2026-01-31.")
    if settings.sample_size and not 20 <= settings.sample_size <= 10_000:
        raise ConfigError("sample_size must be a number of posts from 20 to 10000 a quarter, or 0 for none.")
    if settings.review_pause < 0 or settings.review_limit < 0:
        raise ConfigError("review_pause and review_limit must be numbers of posts, or 0 for none.")
    if settings.oidc_issuer and not settings.oidc_client_id:
        raise ConfigError("oidc_client_id is missing: the service of oidc_issuer knows postreeve by it.")
    if settings.oidc_issuer and not _is_safe(settings.oidc_issuer):
        raise ConfigError("oidc_issuer must begin with https://; only a service on this machine may do without.")
    if settings.oidc_trust_email not in ("", "yes"):
        raise ConfigError("oidc_trust_email is yes or empty.")
    for name in settings.drop_deleted:
        if name not in set(Platform):
            raise ConfigError(f"drop_deleted: {name!r} is no platform; there are {', '.join(Platform)}.")
    for name in ("dashboard_url", "dignity_at_work_url", "customer_care_url"):
        if (url := getattr(settings, name)) and not url.startswith(("https://", "http://")):
            raise ConfigError(f"{name} must be a web address, such as https://posts.council.example")
    for pair in settings.oidc_roles:
        if pair.partition("=")[2] not in set(Role):
            raise ConfigError(f"oidc_roles: {pair!r} is not group=role; roles are {', '.join(Role)}.")
    if not 0 < settings.dashboard_port < 65536:
        raise ConfigError("dashboard_port must be a port: a number from 1 to 65535.")
    if not 0 <= settings.health_port < 65536:
        raise ConfigError("health_port must be a port: a number from 1 to 65535, or 0 for a free one.")
    if not 0 < settings.silence_hours < float("inf"):
        raise ConfigError("silence_hours must be a number of hours greater than 0.")
    _check_notices(settings)
    return settings


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))


def _check_notices(settings: Settings) -> None:
    """Refuse settings by which no notice could go out, or a password in the clear."""
    if (settings.smtp_host or settings.slack_url or settings.teams_url) and not settings.dashboard_url:
        raise ConfigError("dashboard_url is missing: a notice says nothing but where to look.")
    if settings.smtp_host and not _MAILBOX.fullmatch(settings.mail_from):
        raise ConfigError("mail_from must be the address notices come from, such as postreeve@council.example")
    if settings.smtp_tls not in ("starttls", "tls", "none"):
        raise ConfigError("smtp_tls must be starttls, tls or none.")
    here = settings.smtp_host in ("localhost", "127.0.0.1", "::1")
    if settings.smtp_user and settings.smtp_tls == "none" and not here:
        raise ConfigError("smtp_tls is none, so smtp_user and its password would go in the clear; use starttls or tls.")
    if not 0 < settings.smtp_port < 65536:
        raise ConfigError("smtp_port must be a port: a number from 1 to 65535.")
    if not 1 <= settings.urgent_minutes <= 1440 or not 0 <= settings.digest_hour <= 23:
        raise ConfigError("urgent_minutes must be a number from 1 to 1440, and digest_hour one from 0 to 23.")
    if any(len(name) < 3 for name in settings.council_names):
        raise ConfigError("council_names must be words of three letters or more: a shorter one is in every name.")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
