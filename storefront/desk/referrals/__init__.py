"""Repairs: what was handed to whom, how it went, and what it saved."""
