"""tantivy or bm25s on product titles: indexes them, answers queries, prints its figures as one JSON object.

The best 100 products of every query go to a TREC run, which is judged elsewhere. Times are those of one thread and
begin with the text of the query; how a hit's number becomes a product's id is not timed. Both stem with Snowball's
English stemmer and weigh words as their makers do by default: k1 1.2 and b 0.75, all words kept (tantivy); k1 1.5 and
b 0.75, without stop words (bm25s).
"""
import argparse
import csv
import gzip
import json
import re
import tempfile

import numpy as np
from measuring import folder_bytes, microseconds, processor

DEPTH = 100


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8") as file:
        yield from csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


class Tantivy:
    """A segment on disk; block-max WAND."""
    NO_WORD = re.compile(r"\W+")

    def __init__(self, titles):
        import tantivy
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("row", stored=True)
        schema.add_text_field("title", tokenizer_name="en_stem", index_option="freq")
        self.folder = tempfile.TemporaryDirectory()
        self.index = tantivy.Index(schema.build(), path=self.folder.name)
        writer = self.index.writer(heap_size=200_000_000, num_threads=1)
        for row, title in enumerate(titles):
            writer.add_document(tantivy.Document(row=row, title=title))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def answer(self, text):
        # Without what its query language takes for operators; counting all matches would forbid to skip any.
        query = self.index.parse_query(self.NO_WORD.sub(" ", text.lower()), ["title"])
        return self.searcher.search(query, DEPTH, count=False).hits

    def hits(self, answer):
        return [(self.searcher.doc(address)["row"][0], score) for score, address in answer]

    def bytes(self):
        return folder_bytes(self.folder.name)


class BM25S:
    """Scores of every word and title, computed beforehand, in a sparse matrix in memory."""

    def __init__(self, titles):
        import bm25s
        import Stemmer
        self.tokenize, self.stemmer = bm25s.tokenize, Stemmer.Stemmer("english")
        self.model = bm25s.BM25()
        self.model.index(self.words(titles, True), show_progress=False)

    def words(self, texts, as_numbers):
        return self.tokenize(texts, stopwords="en", stemmer=self.stemmer, show_progress=False, return_ids=as_numbers)

    def answer(self, text):
        return self.model.retrieve(self.words([text], False), k=DEPTH, show_progress=False, n_threads=1)

    def hits(self, answer):
        return [(row, score) for row, score in zip(answer[0][0].tolist(), answer[1][0].tolist()) if score > 0]

    def bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            self.model.save(folder)
            return folder_bytes(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=["tantivy", "bm25s"], required=True)
    parser.add_argument("--titles", required=True, help="a header, then product<TAB>title lines")
    parser.add_argument("--queries", required=True, help="query id<TAB>text lines")
    parser.add_argument("--run", required=True, help="where the TREC run goes")
    options = parser.parse_args()
    rows = lines(options.titles)
    next(rows)
    products, titles = zip(*rows)
    queries = list(lines(options.queries))
    engine, seconds = processor(lambda: (Tantivy if options.engine == "tantivy" else BM25S)(list(titles)))
    with open(options.run, "w", encoding="utf-8") as file:
        for name, text in queries:
            for rank, (row, score) in enumerate(engine.hits(engine.answer(text))):
                file.write(f"{name} Q0 {products[row]} {rank + 1} {score!r} {options.engine}\n")
    times = microseconds([lambda text=text: engine.answer(text) for _, text in queries], passes=5)
    print(json.dumps({"bm25_us": float(times.mean()), "bm25_p99_us": float(np.percentile(times, 99)), "index_cpu_s": seconds,
                      "index_bytes": engine.bytes()}))


if __name__ == "__main__":
    main()
