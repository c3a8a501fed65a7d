"""What every room stands on: money, time, the database, pages. Knows no feature of the shop."""
