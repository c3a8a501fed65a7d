"""What counts how much beside the boosts of fields (schema.py) and of value for money (ranking.py)."""

# Of a synonym: a little less than of the word that was typed, or a camera's "compact" would be any small thing
# (1 costs the second judged catalogue 0.003), yet one in a title must beat the word in a description.
SYNONYM = 0.8

# Of terms that stand for a word less surely, as the bare number of "27 pouces": more often it is memory, or a model
# (0.6 and 1 cost the judged queries of the demo shop 0.003 and 0.001, none at all the second catalogue 0.006).
WEAKER = 0.3

# How much a word's frequency counts for the speller: one edit is worth a factor of e ** (1 / 0.12) = 4,000 in it.
FREQUENCY = 0.12
