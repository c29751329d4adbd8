"""Verbs of this folder (being written)."""

COMMANDS = ()
