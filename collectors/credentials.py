"""Access tokens, each bound to the one server that it is for, so that no address in a register can ask for one.

They come from POSTREEVE_X_TOKEN, POSTREEVE_MASTODON_TOKEN (server=token, separated by commas), or from the file that
the setting `tokens_file` names: TOML with a line `"server" = "token"` for each, readable by its owner alone.
"""

import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

from data.config import Secret, Settings
from data.errors import ConfigError

X_SERVER = "api.x.com"
Tokens = Mapping[str, Secret]
_SERVER = re.compile(r"[a-z0-9.-]+(:\d{1,5})?", re.IGNORECASE)
_TOKEN = re.compile(r"[\x21-\x7e]+")  # what may stand in a header


def read_tokens(settings: Settings) -> dict[str, Secret]:
    """Return the tokens by server; raise `ConfigError`, without repeating a token, for what is none."""
    found = _from_file(Path(settings.tokens_file)) if settings.tokens_file else {}
    if settings.mastodon_token:
        found |= _pairs(settings.mastodon_token)
    if settings.x_token:
        found |= _entry("POSTREEVE_X_TOKEN", X_SERVER, settings.x_token.reveal())
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


def _entry(subject: str, server: str, token: object) -> dict[str, Secret]:
    place, text = server.strip().lower(), token.strip() if isinstance(token, str) else ""
    if not _SERVER.fullmatch(place) or not _TOKEN.fullmatch(text):
        raise ConfigError(
            f"{subject} must give a server's name and its token, such as social.example and what it issued."
        )
    return {place: Secret(text)}
