"""The engines that people reach for by reflex, as they come: for the benchmark's comparison, not for the tests."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from whoosh import fields, index
from whoosh.qparser.default import MultifieldParser

from search import Document

FIELDS = ("title", "brand", "model", "description", "category_words", "storage", "colour")


def _texts(document: Document) -> tuple[str, ...]:
    storage = f"{document.storage} GB" if document.storage else ""
    return (
        document.title,
        document.brand,
        document.model,
        document.description,
        document.category_words,
        storage,
        document.colour or "",
    )


class WhooshDefaults:
    """Whoosh with TEXT fields, its own parser over all fields, its own BM25F."""

    name = "Whoosh's defaults"

    def __init__(self, documents: Iterable[Document], directory: Path) -> None:
        schema = fields.Schema(id=fields.STORED, **{name: fields.TEXT() for name in FIELDS})
        self.index = index.create_in(str(directory), schema)
        writer = self.index.writer()
        for document in documents:
            writer.add_document(id=document.id, **dict(zip(FIELDS, _texts(document), strict=True)))
        writer.commit()
        self.parser = MultifieldParser(list(FIELDS), schema)

    def ranking(self, text: str, most: int = 10) -> list[int]:
        with self.index.searcher() as searcher:
            return [hit["id"] for hit in searcher.search(self.parser.parse(text), limit=most)]


class Fts5:
    """SQLite FTS5 with the porter stemmer and accents folded: any word, bm25."""

    name = "SQLite FTS5"

    def __init__(self, documents: Iterable[Document]) -> None:
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute(
            f"CREATE VIRTUAL TABLE text USING fts5({', '.join(FIELDS)}, tokenize='porter unicode61')"
        )
        marks = ", ".join("?" * (len(FIELDS) + 1))
        self.connection.executemany(
            f"INSERT INTO text (rowid, {', '.join(FIELDS)}) VALUES ({marks})",  # noqa: S608 - our own names
            ((document.id, *_texts(document)) for document in documents),
        )

    def ranking(self, text: str, most: int = 10) -> list[int]:
        words = " OR ".join('"' + word.replace('"', "") + '"' for word in text.split())
        statement = "SELECT rowid FROM text WHERE text MATCH ? ORDER BY bm25(text, 3, 2, 1.5, 0.5) LIMIT ?"
        with closing(self.connection.execute(statement, (words, most))) as rows:
            return [row[0] for row in rows]
