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

# What people write beside the name of a thing: sizes, prices, qualities, whom and what it is for. They count in a
# query, and are spared by the speller: they may be in no product, and many are one letter from a word that is (gros:
# gris, bas: bras, mail: main, gamme: game). Made from corrections that were seen to be wrong, and words like them.
_EVERYDAY = """
gros grosse grand grande grands petite petit haut haute bas basse long longue large léger légère lourd fin fine
prix cher chère coût offre remise rabais solde gamme qualité marque modèle taille poids état
beau belle joli jolie vieux vieille ancien récent rapide vite lent facile simple fort solide propre
mère père fille fils femme homme enfant ado bébé étudiant école maison bureau cuisine salon jeu jeux
photo vidéo musique film mail email main clé clés porte
big large small long short light heavy thin slim wide tall high low old recent fast quick slow easy simple strong
price cost offer discount range quality brand model size weight nice cool great clean safe
mom mum dad kid kids child girl boy woman man home house work office school student game games
photo video music movie mail hand key keys door
"""


def _folded(words: str) -> frozenset[str]:
    return frozenset(word.translate(str.maketrans("àèêéëùûô", "aeeeeuuo")) for word in words.split())


FUNCTION_WORDS = _folded(_FRENCH + _ENGLISH)
EVERYDAY_WORDS = _folded(_EVERYDAY)
