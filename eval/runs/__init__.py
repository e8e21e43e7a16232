"""Runs as directories: written, resumed, compared, and held against a baseline."""
