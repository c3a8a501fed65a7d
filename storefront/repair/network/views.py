"""The pages of repairers: joining, and what customers see of one."""
