"""Every error postreeve raises on purpose, in one tree. Each names its subject and what to do.

PostreeveError                     exit code 1
├── UseError                       exit code 2: wrong use or configuration
│   ├── ConfigError                a settings file or variable
│   ├── StoreError                 the store is missing, too new, or unreachable
│   ├── NotFound                   an id nobody knows
│   └── PolicyError                a policy file, with line and caret
├── InputError                     a file with mistakes, all of them listed
├── NotAllowed                     the person's role does not permit it
├── IllegalStep                    the state does not permit it
├── Conflict                       someone else was faster; nothing was changed
├── CollectError                   one account could not be collected; carries its `code`
├── ArchiveError                   an owner's download that cannot be taken in
├── NoticeError                    a notice that could not be sent
├── ModelError                     a model that cannot be loaded or does not match its manifest
└── EvidenceError                  exit code 3: evidence or audit does not verify
"""

from collections.abc import Sequence
from dataclasses import dataclass


class PostreeveError(Exception):
    """The root: `str()` is a sentence for a person, `exit_code` what the command ends with."""

    exit_code = 1


class UseError(PostreeveError):
    """The command or its settings were wrong."""

    exit_code = 2


class ConfigError(UseError):
    """A settings file or variable is wrong."""


class StoreError(UseError):
    """The store is missing, of another version, or cannot be reached."""


class NotFound(UseError):
    """An id or name that the store does not know."""


class PolicyError(UseError):
    """A policy that does not hold together; the message shows the line."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a file: `row` counts from 1 with the header as row 1, `column` is its name or empty."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"row {self.row}" + (f", column {self.column}" if self.column else "")
        return f"{place}: {self.message}"


class InputError(PostreeveError):
    """A file with mistakes; `mistakes` has them all, and nothing was changed."""

    def __init__(self, subject: str, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        lines = [f"{subject}: {len(self.mistakes)} mistake{'s'[: len(self.mistakes) != 1]}; nothing was changed."]
        super().__init__("\n".join([*lines, *(f"  {m}" for m in self.mistakes)]))


class NotAllowed(PostreeveError):
    """The actor's roles do not permit the action."""


class IllegalStep(PostreeveError):
    """The present state does not permit the step."""


class Conflict(PostreeveError):
    """The thing changed since it was read; nothing was done."""


class CollectError(PostreeveError):
    """One account could not be collected.

    `code` is a short stable word (dns, timeout, not_a_feed, …) and the message a sentence that a
    communications officer understands.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class ArchiveError(PostreeveError):
    """An owner's download that is damaged, dangerous, or of another account; nothing of it was taken in."""


class NoticeError(PostreeveError):
    """A notice could not be sent. `final`: no further try would help; `channel`: no other notice would get through."""

    def __init__(self, message: str, *, final: bool = False, channel: bool = False) -> None:
        self.final, self.channel = final, channel
        super().__init__(message)


class ModelError(PostreeveError):
    """A model cannot be loaded, or is not what its manifest says."""


class EvidenceError(PostreeveError):
    """Evidence or the audit chain does not verify."""

    exit_code = 3
