"""Sellers: the refurbishers, what happened to their past orders, and what that says about the next one."""
