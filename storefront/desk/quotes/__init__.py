"""The chapter of the quotes: what firms were offered, adjusting it, answering them; sellers' volume discounts."""
