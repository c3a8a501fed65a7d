"""`flask repair ...`: places and the directory of repairers."""
