"""Ordered migrations of the store (Alembic)."""
