"""This folder's verbs, one file a group."""
