"""Trends, exports and dossiers: what is counted, how sure it is, and what must not be shown. Pure, but for `frames`."""
