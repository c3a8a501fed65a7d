"""Today: what needs doing now, and how the shop is doing."""
