"""Alerts to people to decisions: the screens."""
