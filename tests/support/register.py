"""Small registers for tests."""

from data import register
from data.services import register as service
from data.services.actors import shell
from data.store.engine import Store

HEADER = ",".join(register.COLUMNS)


def row(account_id: str, **cells: str) -> dict[str, str]:
    """Return one complete, approved row; `cells` replaces what a test is about."""
    usual = {
        "id": account_id,
        "platform": "feed",
        "url": f"https://{account_id}.example/feed.xml",
        "kind": "service",
        "department": "Environment",
        "owner_email": f"owner@{account_id}.example",
        "purpose": "Service news",
        "lawful_basis": "public task",
        "dpia_ref": "DPIA-7",
        "notice_date": "2026-01-05",
        "review_date": "2026-12-01",
        "renewal_date": "2099-03-31",
    }
    return usual | cells


def csv_of(*rows: dict[str, str]) -> bytes:
    """Return rows as the register's CSV."""
    lines = [",".join(f'"{r.get(c, "")}"' for c in register.COLUMNS) for r in rows]
    return "\n".join([HEADER, *lines, ""]).encode()


def add(store: Store, *rows: dict[str, str]) -> None:
    """Import rows."""
    entries = register.read(csv_of(*rows), "register.csv")
    service.import_entries(store, shell(), entries, "register.csv")
