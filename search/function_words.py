"""The small words of French and English that say how a sentence hangs together, not what is wanted.

They are dropped from a query that has other words, never corrected and never the correction of another word; the index
keeps them, so nothing is lost. Left out on purpose, as they also name things: one, go, plus, se, or (gold, in French),
sans and son (sans fil, barre de son), over (over-ear), car, i.
"""

_FRENCH = """
à afin ai aller as au aussi aux avec avez avoir avons ce ceci cela ces cet cette chez comme comment d dans
de des dois donc dont du elle elles en entre es est et eu être fait faut il ils je l la laquelle le lequel
les leur leurs lui ma mais me mes moi mon même ne ni nos notre nous on ont où par pas pendant peu peut peux
pour pourquoi puis qu quand que quel quelle quelles quels qui quoi sa ses si soit sommes sont sous suis sur
ta te tes toi ton tous tout toute toutes très trop tu un une va vais vers veut veux voir vos votre vous y
"""

_ENGLISH = """
about all also am an and any are as at be because been but by can could did do does for from had has have he
her here his how if in into is it its just me more most much my no not of our out please she should so some
than that the their them then there these they this those to too very was we were what when where which who
why will with without would you your a
"""

FUNCTION_WORDS = frozenset(
    word.translate(str.maketrans("àèêéùô", "aeeeuo")) for word in (_FRENCH + _ENGLISH).split()
)
