"""A simulated click log over the titles of a real catalogue: train.tsv and test.tsv, `query<TAB>product:clicks,...` lines.

An event draws a product (Zipf 0.9) and one to four words of its title, the first two and last three likelier, numbers less
likely; then typing errors (6 % of the words), plural flips (8 %), shuffled words (15 % of the queries) and, with --slang, that
share of the words replaced by a made-up synonym that is in no title: a gap that only clicks can bridge. --split query: 5,000
queries that are not in the training log are the test; --split event: a tenth of the events is, so that some queries repeat.
"""
import argparse
import collections
import gzip
import hashlib
import os
import random
import re

STOP = set("in x the with and for of to a ft sq gal lb oz w h l".split())


def mistyped(word, rnd):
    if len(word) < 4:
        return word
    place, kind = rnd.randrange(1, len(word) - 1), rnd.random()
    if kind < 0.35:
        return word[:place] + word[place + 1:]
    if kind < 0.7:
        return word[:place] + word[place + 1] + word[place] + word[place + 2:]
    return word[:place] + word[place] + word[place:]


def query(title, rnd, slang):
    words = [w for w in title if w not in STOP] or title
    size = min(len(words), rnd.choices([1, 2, 3, 4], weights=[0.15, 0.4, 0.3, 0.15])[0])
    weights = [((2.0 if i < 2 else 1.0) + (1.5 if i >= len(words) - 3 else 0)) * (0.3 if w.isdigit() else 1) for i, w in enumerate(words)]
    chosen = set()
    while len(chosen) < size:
        chosen.add(rnd.choices(range(len(words)), weights=weights)[0])
    picked = [words[i] for i in sorted(chosen)]
    picked = [mistyped(w, rnd) if rnd.random() < 0.06 else w for w in picked]
    picked = [(w[:-1] if w.endswith("s") and len(w) > 4 else w + "s") if rnd.random() < 0.08 and w.isalpha() else w for w in picked]
    if rnd.random() < 0.15:
        rnd.shuffle(picked)
    if slang:
        picked = ["s" + hashlib.md5(w.encode()).hexdigest()[:6] if w.isalpha() and rnd.random() < slang else w for w in picked]
    return " ".join(picked)


def collect(events):
    log = collections.defaultdict(collections.Counter)
    for text, product in events:
        log[text][product] += 1
    return log


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--titles", required=True, help="product<TAB>title lines with a header, gzip")
    parser.add_argument("--out", required=True)
    parser.add_argument("--events", type=int, default=180_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--split", choices=["query", "event"], default="query")
    parser.add_argument("--slang", type=float, default=0.0)
    options = parser.parse_args()
    with gzip.open(options.titles, "rt", encoding="utf-8") as lines:
        next(lines)
        titles = dict(line.rstrip("\n").split("\t", 1) for line in lines)
    rnd, products = random.Random(options.seed), list(titles)
    rnd.shuffle(products)
    words = {p: re.findall(r"[a-z0-9]+", titles[p].lower()) for p in products}
    weights = [1 / (i + 10) ** 0.9 for i in range(len(products))]
    drawn = rnd.choices([p for p in products], weights=weights, k=options.events)
    events = [(query(words[p], rnd, options.slang), p) for p in drawn if words[p]]
    if options.split == "query":
        log = collect(events)
        queries = sorted(log)
        rnd.shuffle(queries)
        parts = {"test": {q: log[q] for q in queries[:5000]}, "train": {q: log[q] for q in queries[5000:]}}
    else:
        rnd.shuffle(events)
        train, test = collect(events[:len(events) * 9 // 10]), collect(events[len(events) * 9 // 10:])
        queries = sorted(test)
        rnd.shuffle(queries)
        parts = {"train": train, "test": {q: test[q] for q in queries[:5000]}}
    os.makedirs(options.out, exist_ok=True)
    for name, part in parts.items():
        with open(os.path.join(options.out, name + ".tsv"), "w", encoding="utf-8") as file:
            file.writelines(f"{q}\t" + ",".join(f"{p}:{n}" for p, n in clicks.items()) + "\n" for q, clicks in part.items())
    print("{}")


if __name__ == "__main__":
    main()
