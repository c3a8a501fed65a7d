"""The quotes: alternatives proposed, one chosen, its units held until it is accepted or over."""
