"""Referrals: both sides, what happens by itself, and who learns what."""
