"""Pages and settings: what the shop says of itself, its colours, what shipping costs, and whether mails get through."""
