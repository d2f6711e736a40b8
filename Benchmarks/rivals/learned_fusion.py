"""A fusion as one would put it together in Python: scipy, scikit-learn, libpecos; writes a TREC run of each ranker and of the fusion.

Rankers that know titles alone: bm25, trigram (cosine of character trigrams), bigram (cosine of words and pairs of words). With
--pairs also: bm25_clicks (title and the queries that led to the product), centroid (cosine with the mean of those queries and
the title), xr (libpecos, beam 20). A logistic regression of all scores, raw, divided by the query's best and found or not,
over the union of each ranker's best hundred. It is fitted on a fifth that the rankers do not see: of the queries where
--fit gives judged ones, else of the clicks; then the rankers are trained again on everything.
"""
import argparse
import collections
import csv
import gzip
import random
import re

import numpy as np
import scipy.sparse as sp
import Stemmer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler, normalize

DEPTH, SHARE = 100, 0.2
STOP = set("a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with".split())
WORD = re.compile(r"[a-z0-9]+(?:[.,/][0-9]+)*")
STEMMER = Stemmer.Stemmer("english")


def plain(text):
    return " ".join(WORD.findall(text.lower()))


def terms(text):
    return STEMMER.stemWords([w for w in WORD.findall(text.lower()) if w not in STOP])


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8") if str(path).endswith(".gz") else open(path, encoding="utf-8") as file:
        yield from csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


class BM25:
    """Scores of every term and text, computed beforehand (k1 1.5, b 0.75)."""

    def __init__(self, texts, k1=1.5, b=0.75):
        self.count = TfidfVectorizer(tokenizer=terms, token_pattern=None, lowercase=False, use_idf=False, norm=None, dtype=np.float32)
        tf = self.count.fit_transform(texts).tocsr()
        lengths = np.asarray(tf.sum(1)).ravel()
        holders = np.bincount(tf.indices, minlength=tf.shape[1])
        idf = np.log(1 + (len(texts) - holders + 0.5) / (holders + 0.5))
        norms = np.repeat(k1 * (1 - b + b * lengths / lengths.mean()), np.diff(tf.indptr))
        tf.data = (idf[tf.indices] * tf.data / (tf.data + norms)).astype(np.float32)
        self.weights = tf.T.tocsr()

    def scores(self, queries):
        return (self.count.transform(queries) @ self.weights).toarray()


class Cosine:
    """Cosines of TF-IDF rows."""

    def __init__(self, vectorizer, rows):
        self.vectorizer, self.rows = vectorizer, rows.T.tocsr()

    def scores(self, queries):
        return (self.vectorizer.transform(queries) @ self.rows).toarray()


class Tree:
    """libpecos' XR-Linear of queries (and titles) to products."""
    BLOCKS = [{"ngram_range": [1, 1], "analyzer": "word"}, {"ngram_range": [2, 2], "analyzer": "word", "min_df_cnt": 2},
              {"ngram_range": [3, 3], "analyzer": "char_wb", "min_df_cnt": 2}]

    def __init__(self, queries, clicks, titles, with_titles):
        from pecos.utils.featurization.text.vectorizers import Vectorizer
        from pecos.xmc import Indexer, LabelEmbeddingFactory
        from pecos.xmc.xlinear.model import XLinearModel
        texts = [plain(q) for q in queries]
        if with_titles:
            texts += [plain(t) for t in titles]
            clicks = sp.vstack([clicks, sp.identity(len(titles), np.float32)])
        clicks = clicks.tocsc()
        self.products, self.labels = len(titles), np.flatnonzero(np.diff(clicks.indptr))
        y = clicks[:, self.labels].tocsr()
        blocks = [{**b, "norm": "l2", "max_df_ratio": 0.98} for b in self.BLOCKS]
        self.vectorizer = Vectorizer.train(texts, {"type": "tfidf", "kwargs": {"base_vect_configs": blocks, "threads": 2}})
        x = self.vectorizer.predict(texts, threads=2)
        cluster = Indexer.gen(LabelEmbeddingFactory.create(y, x, threads=2), nr_splits=32, max_leaf_size=100, threads=2, seed=0)
        self.model = XLinearModel.train(x, y, C=cluster, threads=2, beam_size=20, only_topk=DEPTH)

    def scores(self, queries):
        found = self.model.predict(self.vectorizer.predict([plain(q) for q in queries], threads=1), beam_size=20, only_topk=DEPTH)
        out = np.zeros((len(queries), self.products), np.float32)
        rows = np.repeat(np.arange(len(queries)), np.diff(found.indptr))
        out[rows, self.labels[found.indices]] = found.data
        return out


def rankers(titles, pairs, with_titles):
    """Every ranker by name; those that learn from pairs where there are any."""
    queries = list(dict.fromkeys(q for q, _ in pairs))
    words = TfidfVectorizer(tokenizer=terms, token_pattern=None, lowercase=False, ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32)
    words.fit(titles + queries)
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), sublinear_tf=True, min_df=2, dtype=np.float32)
    title_words = words.transform(titles)
    made = {"bm25": BM25(titles), "trigram": Cosine(grams, grams.fit_transform(titles)), "bigram": Cosine(words, title_words)}
    if pairs:
        number, clicked = {q: i for i, q in enumerate(queries)}, [[] for _ in titles]
        for q, p in pairs:
            clicked[p].append(q)
        places = ([number[q] for q, _ in pairs], [p for _, p in pairs])
        clicks = sp.csr_matrix((np.ones(len(pairs), np.float32), places), shape=(len(queries), len(titles)))
        made["bm25_clicks"] = BM25([" ".join([t, *c[:30]]) for t, c in zip(titles, clicked)])
        centroids = normalize(normalize((clicks.T @ words.transform(queries)).tocsr()) + title_words)
        made["centroid"] = Cosine(words, centroids)
        made["xr"] = Tree(queries, clicks, titles, with_titles)
    return made


def best(scores):
    top = np.argpartition(-scores, min(DEPTH, len(scores) - 1))[:DEPTH]
    top = top[scores[top] > 0]
    return top[np.lexsort((top, -scores[top]))]


def described(made, queries, step=200):
    """For each query its candidates, their features and each ranker's list."""
    for start in range(0, len(queries), step):
        part = queries[start:start + step]
        scores = {name: ranker.scores(part) for name, ranker in made.items()}
        for i in range(len(part)):
            lists = {name: best(s[i]) for name, s in scores.items()}
            candidates = np.unique(np.concatenate(list(lists.values())))
            raw = np.stack([s[i, candidates] for s in scores.values()], 1)
            tops = np.array([s[i].max() for s in scores.values()]) + 1e-9
            yield lists, candidates, np.concatenate([raw, raw / tops, raw > 0], 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--titles", required=True, help="a header, then product<TAB>title lines")
    parser.add_argument("--queries", required=True, help="query id<TAB>text lines to answer")
    parser.add_argument("--fit", nargs=2, metavar=("QUERIES", "QRELS"), help="judged training queries")
    parser.add_argument("--pairs", choices=["none", "judged"], default="none", help="judged: pairs are training judgments of at least 2.33")
    parser.add_argument("--log", help="query<TAB>product:clicks,... lines instead of judged queries")
    parser.add_argument("--runs", required=True, help="folder of the TREC runs")
    options = parser.parse_args()
    rows = lines(options.titles)
    next(rows)
    names, titles = map(list, zip(*rows))
    place, rnd = {name: i for i, name in enumerate(names)}, random.Random(5)
    if options.log:
        events = [(q, place[p]) for q, clicks in lines(options.log) for p, n in (c.rsplit(":", 1) for c in clicks.split(",")) for _ in range(int(n))]
        rnd.shuffle(events)
        held = collections.defaultdict(dict)
        for q, p in events[:int(SHARE * len(events))]:
            held[q][p] = 1.0
        inner, everything = events[int(SHARE * len(events)):], events
        fit, positive = rnd.sample(sorted(held.items()), min(2500, len(held))), 0.5
    else:
        texts, judged = dict(lines(options.fit[0])), collections.defaultdict(dict)
        with gzip.open(options.fit[1], "rt") as file:
            for q, _, p, r in map(str.split, file):
                if p in place:
                    judged[q][place[p]] = float(r)
        order = list(texts)
        rnd.shuffle(order)
        cut = int(SHARE * len(order))
        pairs = lambda part: [(texts[q], p) for q in part for p, r in judged[q].items() if r >= 2.33] if options.pairs == "judged" else []
        inner, everything = pairs(order[cut:]), pairs(order)
        fit, positive = [(texts[q], judged[q]) for q in order[:cut]], 2.3
    # A product that loses its pairs with the held-back queries would be told apart by that alone.
    kept = sorted({p for _, p in inner}) if options.pairs == "judged" else list(range(len(titles)))
    here = {p: i for i, p in enumerate(kept)}
    made = rankers([titles[p] for p in kept], [(q, here[p]) for q, p in inner if p in here], not options.log)
    x, y = [], []
    for (_, gains), (_, candidates, features) in zip(fit, described(made, [q for q, _ in fit])):
        wanted = np.array([gains.get(kept[c], 0) >= positive for c in candidates])
        if wanted.any():
            x.append(features), y.append(wanted)
    scale = StandardScaler().fit(np.concatenate(x))
    model = LogisticRegression(max_iter=500).fit(scale.transform(np.concatenate(x)), np.concatenate(y))
    made = rankers(titles, everything, not options.log)
    queries = list(lines(options.queries))
    files = {name: open(f"{options.runs}/{name}.run", "w", encoding="utf-8") for name in [*made, "fusion"]}
    for (number, _), (lists, candidates, features) in zip(queries, described(made, [q for _, q in queries])):
        if len(candidates):
            fused = model.decision_function(scale.transform(features))
            lists["fusion"] = candidates[np.lexsort((candidates, -fused))[:DEPTH]]
        for name, found in lists.items():
            files[name].writelines(f"{number} Q0 {names[p]} {rank + 1} {DEPTH - rank} {name}\n" for rank, p in enumerate(found))
    for file in files.values():
        file.close()
    print("{}")


if __name__ == "__main__":
    main()
