"""The nouns of postreeve, as frozen dataclasses.

Times are aware datetimes in UTC, dates are days in the council's zone, probabilities lie in [0, 1],
and every offset into a text counts Unicode code points. Standard library only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Platform(StrEnum):
    """Where an account lives."""

    FEED = "feed"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    X = "x"
    YOUTUBE = "youtube"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    THREADS = "threads"
    LINKEDIN = "linkedin"


class AccountKind(StrEnum):
    """Whose voice an account is."""

    CORPORATE = "corporate"
    SERVICE = "service"
    OFFICER = "officer"
    COUNCILLOR = "councillor"


class Role(StrEnum):
    """What a person is to the register."""

    REVIEWER = "reviewer"
    SECOND_REVIEWER = "second_reviewer"
    PANEL = "panel"
    ANALYST = "analyst"
    OWNER = "owner"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class PassportState(StrEnum):
    """Where a passport stands; whether it is live today also depends on its renewal date."""

    APPLIED = "applied"
    RETURNED = "returned"
    REFUSED = "refused"
    LIVE = "live"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class PostKind(StrEnum):
    """How a post stands to other people's words."""

    OWN = "own"
    REPLY = "reply"
    QUOTE = "quote"
    SHARE = "share"


class Part(StrEnum):
    """Which words of a post a finding is about: the account's own, or those it passed on."""

    OWN = "own"
    SHARED = "shared"


class Assessed(StrEnum):
    """How far a version could be assessed."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class Category(StrEnum):
    """What kind of possible harm."""

    DISCRIMINATION = "discrimination"
    HARASSMENT = "harassment"
    SEXUAL_HARASSMENT = "sexual_harassment"
    THREAT = "threat"
    PROFANITY = "profanity"


class Characteristic(StrEnum):
    """The nine protected characteristics of the Equality Act 2010, section 4."""

    AGE = "age"
    DISABILITY = "disability"
    GENDER_REASSIGNMENT = "gender_reassignment"
    MARRIAGE_CIVIL_PARTNERSHIP = "marriage_civil_partnership"
    PREGNANCY_MATERNITY = "pregnancy_maternity"
    RACE = "race"
    RELIGION_OR_BELIEF = "religion_or_belief"
    SEX = "sex"
    SEXUAL_ORIENTATION = "sexual_orientation"


class Severity(StrEnum):
    """How soon a person should look; ordered by `rank`."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for low up to 3 for urgent."""
        return list(Severity).index(self)


class AlertStatus(StrEnum):
    """Where an alert stands: a projection of its events."""

    OPEN = "open"
    CLAIMED = "claimed"
    AWAITING_REPLY = "awaiting_reply"
    SECOND_LOOK = "second_look"
    DECIDED = "decided"
    APPEALED = "appealed"
    CLOSED = "closed"


class Judgement(StrEnum):
    """Whether the flag was right. Only this trains or measures the model."""

    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"
    CANNOT_TELL = "cannot_tell"


class Outcome(StrEnum):
    """What follows from a decision, advice first. Says nothing about whether the flag was right."""

    NO_ACTION = "no_action"
    ADVICE = "advice"
    TRAINING = "training"
    CORRECT_OR_REMOVE = "correct_or_remove"
    REFER = "refer"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who works with the register. `id` is None until stored."""

    email: str
    name: str
    roles: frozenset[Role] = frozenset()
    active: bool = True
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A social account or feed of the council, under its register id."""

    id: str
    platform: Platform
    handle: str
    url: str
    kind: AccountKind
    department: str
    service_url: str = ""
    plc_url: str = ""
    platform_id: str = ""


@dataclass(frozen=True, slots=True)
class Passport:
    """The approval of one account for one period, with the business case it rests on."""

    account_id: str
    state: PassportState
    purpose: str
    audience: str = ""
    cadence: str = ""
    lawful_basis: str = ""
    dpia_ref: str = ""
    notice_date: date | None = None
    review_date: date | None = None
    renewal_date: date | None = None
    conditions: str = ""
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, film or sound that a post carries: never fetched, only referred to."""

    kind: str
    url: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One public item as a collector understood it.

    `payload` is the item's raw payload after `rule` removed what is not the account's own (`removed`
    lists the paths); `original_sha256` is the digest of the payload before that. `reply_to` is the parent's
    id, never its author. `shared_text` holds the words of others that a share or quote passes on, without
    their author. `time_note` is empty, or says why `published_at` is not simply the platform's word
    ("clamped", "impossible", "missing", "zone_assumed").
    """

    platform_id: str
    kind: PostKind
    text: str
    payload: bytes
    original_sha256: str
    rule: str
    removed: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    time_note: str = ""
    url: str = ""
    warning: str = ""
    language: str = ""
    links: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    reply_to: str = ""
    shared_text: str = ""


@dataclass(frozen=True, slots=True)
class AccountSnapshot:
    """What the platform showed of an account at one moment; a biography is content too."""

    at: datetime
    handle: str = ""
    name: str = ""
    biography: str = ""
    followers: int | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a post's content, as stored: `number` counts from 1."""

    id: int
    post_id: int
    account_id: str
    number: int
    kind: PostKind
    text: str
    warning: str
    alt_texts: tuple[str, ...]
    shared_text: str
    media_count: int
    language: str
    published_at: datetime | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a stretch of the original text, `text[start:end]`, added to the raw score (log-odds)."""

    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a score is what it is: `base` plus all weights, those of `rest` included, is `raw` (log-odds)."""

    raw: float
    base: float
    for_: tuple[Contribution, ...] = ()
    against: tuple[Contribution, ...] = ()
    rest: float = 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What the classifier said of one part of one version.

    `score` is the probability that a reviewer would uphold the text under any clause, at the model's stated
    prevalence; None when nothing could be assessed. `not_assessed` names what was left out (image, video, language).
    """

    model: str
    score: float | None
    categories: Mapping[Category, float] = field(default_factory=dict)
    characteristics: Mapping[Characteristic, float] = field(default_factory=dict)
    assessed: Assessed = Assessed.FULL
    language: str = ""
    not_assessed: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    part: Part = Part.OWN
    explanation: Explanation | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class ClauseHit:
    """A clause that a finding met, with the figures it was met by."""

    clause: str
    title: str
    severity: Severity
    category: Category
    characteristics: tuple[Characteristic, ...]
    probability: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Alert:
    """A finding that met a clause, before a person."""

    id: int
    post_id: int
    version_id: int
    account_id: str
    cause: Part
    status: AlertStatus
    severity: Severity
    opened_at: datetime
    claimed_by: int | None = None
    claim_until: datetime | None = None
    reply_asked_at: datetime | None = None
    replied_at: datetime | None = None
    interim_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's judgement on an alert and, apart from it, an outcome.

    `words` and `due` belong to advice and training: what the owner is told, and the day to take it up by.
    """

    judgement: Judgement
    outcome: Outcome
    clause: str
    reason: str
    categories: tuple[Category, ...] = ()
    characteristics: tuple[Characteristic, ...] = ()
    words: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time of an account that was not collected completely, and why."""

    from_at: datetime
    to_at: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class RunResult:
    """What one collection of one account came to."""

    account_id: str
    platform: Platform
    outcome: str
    code: str
    reason: str
    items: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    dropped: int = 0
    gap: bool = False
    requests: int = 0
    cost: float = 0.0
