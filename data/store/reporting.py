"""Views for reporting tools, such as Power BI: figures and dates by number, no words of posts, nobody's name.

They hold what the exports hold without words and people. On PostgreSQL a role that may read them needs no right on any
table. A migration that changes a table under a view runs `drops` first and `statements` afterwards: SQLite renames no
table while a view misses one, and PostgreSQL changes no column that a view shows.
"""

from collections.abc import Mapping

VIEWS: Mapping[str, str] = {
    "reporting_state": (
        "SELECT (SELECT max(zone) FROM rollup_zone) AS zone, "
        "(SELECT count(*) FROM rollup_touched) AS uncounted_hours, (SELECT max(day) FROM rollup_day) AS last_day"
    ),
    "reporting_account": (
        "SELECT a.id AS account_id, a.platform, a.kind, a.department, p.state, p.renewal_date, a.created_at "
        "FROM account a LEFT JOIN passport p ON p.id = (SELECT max(x.id) FROM passport x WHERE x.account_id = a.id)"
    ),
    "reporting_department": "SELECT account_id, department, since, until FROM account_department",
    "reporting_day": (
        "SELECT d.account_id, d.day, d.posts, d.waiting, d.texts, d.unassessed, d.raised, d.upheld, d.not_upheld, "
        "d.raised - d.upheld - d.not_upheld AS pending FROM rollup_day d"
    ),
    "reporting_post": (
        "SELECT id AS post_id, account_id, kind, published_at, first_seen_at, last_seen_at, gone_at, erased_at "
        "FROM post"
    ),
    "reporting_alert": (
        "SELECT a.id AS alert_id, a.post_id, p.account_id, a.cause AS part, a.status, a.severity, "
        "coalesce(p.published_at, p.first_seen_at) AS counts_at, a.opened_at, a.reply_asked_at, a.replied_at, "
        "a.decided_at, r.judgement, r.outcome, r.clause "
        "FROM alert a JOIN post p ON p.id = a.post_id LEFT JOIN review r ON r.id = "
        "(SELECT max(x.id) FROM review x WHERE x.alert_id = a.id AND x.undone_at IS NULL)"
    ),
    "reporting_hit": (
        "SELECT DISTINCT h.alert_id, h.clause, h.category, h.severity, CAST(h.characteristics AS TEXT) AS "
        "characteristics FROM alert_hit h JOIN finding f ON f.id = h.finding_id "
        "JOIN alert a ON a.id = h.alert_id AND a.version_id = f.version_id"
    ),
    "reporting_review": (
        "SELECT r.id AS review_id, r.alert_id, p.account_id, r.at, r.reviewer_id AS reviewer, r.judgement, r.outcome, "
        "r.clause, CAST(r.categories AS TEXT) AS categories, CAST(r.characteristics AS TEXT) AS characteristics, "
        "r.undone_at FROM review r JOIN alert a ON a.id = r.alert_id JOIN post p ON p.id = a.post_id"
    ),
    "reporting_run": (
        "SELECT id AS run_id, account_id, started_at, finished_at, outcome, code, items, new, changed, gone, dropped, "
        "gap, requests, cost FROM collection_run"
    ),
    "reporting_coverage": "SELECT id AS stretch_id, account_id, from_at, to_at, complete FROM coverage",
    "reporting_assessment": ("SELECT id AS assessment_id, department, capability, stage, at FROM self_assessment"),
}


def statements() -> list[str]:
    """Return what creates the views, on SQLite and PostgreSQL alike."""
    return [f"CREATE VIEW {name} AS {query}" for name, query in VIEWS.items()]


def drops() -> list[str]:
    """Return what takes the views away."""
    return [f"DROP VIEW IF EXISTS {name}" for name in VIEWS]
