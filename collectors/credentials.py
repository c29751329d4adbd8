"""Access tokens, each bound to the one server that it is for, so that no address in a register can ask for one.

They come from POSTREEVE_X_TOKEN, POSTREEVE_YOUTUBE_KEY, POSTREEVE_MASTODON_TOKEN (server=token, separated by commas),
the variables of `PER_ACCOUNT` (account=token, separated by commas, or one token for all of the platform's accounts), or
from the file that the setting `tokens_file` names: TOML with a line `"server" = "token"` or
`"server/account" = "token"` for each, readable by its owner alone. Where an account has a token of its own, no other
goes out for it.
"""

import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

from data.config import Secret, Settings
from data.errors import ConfigError

X_SERVER = "api.x.com"
YOUTUBE_SERVER = "www.googleapis.com"
PER_ACCOUNT = {  # setting → the server that its tokens are for
    "facebook_token": "graph.facebook.com",
    "instagram_token": "graph.instagram.com",
    "threads_token": "graph.threads.net",
}
Tokens = Mapping[str, Secret]
_SERVER = re.compile(r"([a-z0-9.-]+(?::\d{1,5})?)(/[a-z0-9][a-z0-9._-]{0,63})?", re.IGNORECASE)
SERVERS = "a server's name and its token, such as social.example and what it issued"
PAIR = "an account's id in the register and its token, as ACCOUNT=TOKEN, or one token for all"
KEY = "a key of the YouTube Data API alone"
_TOKEN = re.compile(r"[\x21-\x7e]+")  # what may stand in a header


def read_tokens(settings: Settings) -> dict[str, Secret]:
    """Return the tokens by server; raise `ConfigError`, without repeating a token, for what is none."""
    found = _from_file(Path(settings.tokens_file)) if settings.tokens_file else {}
    if settings.mastodon_token:
        found |= _pairs(settings.mastodon_token)
    if settings.x_token:
        found |= _entry("POSTREEVE_X_TOKEN", X_SERVER, settings.x_token.reveal())
    if settings.youtube_key:
        found |= _entry("POSTREEVE_YOUTUBE_KEY", YOUTUBE_SERVER, settings.youtube_key.reveal(), KEY)
    for setting, server in PER_ACCOUNT.items():
        found |= _by_account(f"POSTREEVE_{setting.upper()}", server, getattr(settings, setting))
    return found


def _by_account(variable: str, server: str, text: Secret) -> dict[str, Secret]:
    """Return the tokens for one server: `account=token` is that account's, a token alone for those without."""
    found: dict[str, Secret] = {}
    for part in text.reveal().split(",") if text else ():
        account, named, token = part.strip().partition("=")
        place = f"{server}/{account.strip()}" if named else server
        found |= _entry(variable, place, token if named else account, PAIR)
    return found


def _pairs(text: Secret) -> dict[str, Secret]:
    found: dict[str, Secret] = {}
    for part in text.reveal().split(","):
        if part.strip():
            server, _, token = part.partition("=")
            found |= _entry("POSTREEVE_MASTODON_TOKEN", server, token)
    return found


def _from_file(path: Path) -> dict[str, Secret]:
    try:
        mode = path.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigError(f"tokens_file: others can read {path}. Close it with: chmod 600 {path}")
        rows = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"tokens_file: {path} cannot be read; check its name and owner.") from error
    except tomllib.TOMLDecodeError:
        raise ConfigError(f'tokens_file: {path} must have a line "server" = "token" for each token.') from None
    found: dict[str, Secret] = {}
    for server, token in rows.items():
        if isinstance(token, dict):  # TOML reads a name with dots as a table in a table
            raise ConfigError(f'tokens_file: in {path} the server\'s name needs quotation marks: "server" = "token"')
        found |= _entry(f"tokens_file: {path}", server, token)
    return found


def _entry(subject: str, place: str, token: object, what: str = SERVERS) -> dict[str, Secret]:
    found, text = _SERVER.fullmatch(place.strip()), token.strip() if isinstance(token, str) else ""
    if not found or not _TOKEN.fullmatch(text):
        raise ConfigError(f"{subject} must give {what}.")
    return {found[1].lower() + (found[2] or ""): Secret(text)}
