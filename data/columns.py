"""What the tables of the store are made of: the shared metadata, the column types, and a word for each kind of column.

The words (`key`, `text`, `day`, …) take the column's name and its meaning, which becomes the column's comment.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class UtcTime(TypeDecorator[datetime]):
    """A moment: an aware datetime in Python, UTC in the database; refuses one without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment as the database wants it; raise `ValueError` without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")


def key() -> Column[int]:
    """Our own running number."""
    return Column("id", BigId, primary_key=True, autoincrement=True, comment="our own number")


def text(name: str, comment: str, **more: Any) -> Column[str]:
    """Words of any length; empty, never null."""
    return Column(name, Text, nullable=False, default="", comment=comment, **more)


def word(name: str, comment: str, **more: Any) -> Column[str]:
    """A state, kind or name of at most 64 characters."""
    return Column(name, String(64), nullable=False, comment=comment, **more)


def time(name: str, comment: str, *, required: bool = False) -> Column[datetime]:
    """A moment in UTC."""
    return Column(name, UtcTime, nullable=not required, comment=f"{comment}, UTC")


def day(name: str, comment: str) -> Column[Any]:
    """A day in the council's zone."""
    return Column(name, Date, nullable=True, comment=f"{comment}, a day in the council's zone")


def json(name: str, comment: str) -> Column[Any]:
    """A list or an object."""
    return Column(name, JSON, nullable=False, default=list, comment=f"{comment}, JSON")


def count(name: str, comment: str) -> Column[int]:
    """A whole number from 0 on."""
    return Column(name, Integer, nullable=False, default=0, comment=comment)


def ref(name: str, target: str, comment: str, *, required: bool = True, index: bool = True) -> Column[Any]:
    """A row of another table, indexed unless told otherwise."""
    return Column(name, ForeignKey(target), nullable=not required, index=index, comment=comment)


def digest(name: str, comment: str, *, required: bool = True) -> Column[str]:
    """A SHA-256 in hexadecimal."""
    return Column(name, String(64), nullable=not required, comment=f"{comment}, SHA-256 in hexadecimal")
