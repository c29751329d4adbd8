"""Facts for documents, without a store: a council of four accounts with 40 alerts."""

from datetime import UTC, date, datetime
from typing import Any

from dashboard.measured import Evaluation
from data.agreement import Agreement
from data.config import Settings
from data.model import Account, AccountKind, Passport, PassportState, Platform
from data.policy import default
from data.reports.equality import Group
from data.services.openness import Facts
from data.services.policy import InForce
from data.services.register import Listed
from data.store.involvement import Involved

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MODEL = {
    "hash": "c" * 64,
    "name": "small",
    "activated_at": NOON,
    "manifest": {"name": "small", "prevalence": 0.005, "sets": [{"name": "s|t", "licence": "CC0", "train": 1200}]},
}
EVALUATION = Evaluation(
    date(2026, 11, 20),
    {
        "model": "c" * 64,
        "files": {
            "ours.csv": {
                "n": 200,
                "upheld": 50,
                "alerts": 30,
                "recall": 0.5,
                "false_alarms": 0.02,
                "precision": 0.9,
                "characteristics": {
                    "race": {
                        "recall": {"n": 20, "share": 0.4, "interval": [0.2, 0.6]},
                        "false_alarms": {"n": 0, "share": None, "interval": None},
                    }
                },
            }
        },
    },
)


def listed(account_id: str, purpose: str = "News", notice: date | None = date(2026, 1, 5), live: bool = True) -> Listed:
    """Return one line of a register."""
    account = Account(account_id, Platform.FEED, account_id, "https://x.example", AccountKind.SERVICE, "Waste")
    passport = Passport(
        account_id, PassportState.LIVE, purpose, lawful_basis="public task", dpia_ref="DPIA-7", notice_date=notice
    )
    return Listed(account, passport, live)


def facts(**more: Any) -> Facts:
    """Return the facts of a small council; `more` replaces what a test is about."""
    usual: dict[str, Any] = {
        "made_at": NOON,
        "since": date(2026, 1, 1),
        "until": date(2026, 11, 22),
        "settings": Settings(),
        "register": (listed("bins"), listed("parks", notice=None), listed("swim"), listed("old", live=False)),
        "policy": InForce(1, default()),
        "policy_since": NOON,
        "model": MODEL,
        "card": None,
        "assessed": {"full": 900, "partial": 80, "none": 15, "": 5},
        "posts": 1000,
        "kinds": (Group("service", 800, 10, 20, 0, 10),),
        "purposes": (Group("News <b>", 800, 10, 20, 0, 10),),
        "characteristics": (Group("race", None, 5, 10), Group("none named", None, 2, 10, 0, 10)),
        "involved": Involved(asked=20, replied=12, appealed=12, heard=10, overturned=5),
        "agreement": Agreement(0, None, None, None),
        "rated": (0, 0, 0, 0),
        "sample": None,
        "kept_for": {"posts": "730 days", "upheld": "for ever"},
        "policies": ((NOON, "2026-11"),),
    }
    return Facts(**usual | more)
