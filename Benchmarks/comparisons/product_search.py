"""Product search against tantivy, bm25s, libpecos and a fusion put together in Python: the same titles, queries and clicks.

Answers are compared by their quality, which our evaluation measures for every engine alike.
"""
import csv
import gzip

PACKAGES, BARE = ["numpy<2", "scipy<1.14", "scikit-learn", "PyStemmer==3.1.0"], ["libpecos==1.2.8"]
ENGINES = ["tantivy==0.27.0", "bm25s==0.3.16", "PyStemmer==3.1.0", "numpy<2"]
METRICS = ("ndcg10", "recall10", "recall100")


def measured(place, run, judged):
    quality = place.shopkeeper("search", "evaluate", *judged, "--engine-run", run, "--json", "--quiet")[0]
    return {key: quality[key] for key in METRICS}


def fusion(place, name, judged, queries, *arguments):
    """Figures of the Python fusion and of its best single ranker."""
    place.say(f"fusion in Python, set {name}")
    runs = place.folder / f"runs-{name}"
    runs.mkdir()
    place.rival("learned_fusion.py", PACKAGES, "--queries", queries, "--runs", runs, *arguments, bare=BARE)
    figures = {run.stem: measured(place, run, judged) for run in sorted(runs.glob("*.run"))}
    rival = {f"{ranker}_{key}_{name}": value for ranker, row in figures.items() for key, value in row.items()}
    rival[f"fusion_gain_{name}"] = figures["fusion"]["ndcg10"] - max(row["ndcg10"] for ranker, row in figures.items() if ranker != "fusion")
    return rival


def words(place, titles, queries, judged, suffix):
    """The better of tantivy and bm25s; the latency is tantivy's."""
    engines = {}
    for engine in ("tantivy", "bm25s"):
        place.say(engine)
        run = place.folder / f"{engine}-{suffix}.run"
        figures = place.rival("lexical_engines.py", ENGINES, "--engine", engine, "--titles", titles, "--queries", queries, "--run", run)
        engines[engine] = {"bm25_us": figures["bm25_us"], **measured(place, run, judged)}
    better = max(engines.values(), key=lambda row: row["ndcg10"])
    return {"bm25_us": engines["tantivy"]["bm25_us"], **{f"bm25_{key}_{suffix}": better[key] for key in METRICS}}


def clicked(place, homedepot):
    """The titles of products with a positive training pair, and the judgments of these products."""
    positives = set()
    with gzip.open(homedepot / "train.qrels.gz", "rt") as lines:
        for _, _, product, relevance in map(str.split, lines):
            if float(relevance) >= 2.33:
                positives.add(product)
    titles, judgments = place.folder / "clicked.tsv", place.folder / "clicked.qrels"
    with gzip.open(homedepot / "products.tsv.gz", "rt", encoding="utf-8") as lines, open(titles, "w", encoding="utf-8") as file:
        file.write(next(lines))
        file.writelines(line for line in lines if line.split("\t", 1)[0] in positives)
    with gzip.open(homedepot / "validation.qrels.gz", "rt") as lines, open(judgments, "w") as file:
        file.writelines(line for line in lines if line.split()[2] in positives)
    return titles, judgments


def as_judgments(place, log):
    """A click log as queries and judgments."""
    queries, judgments = place.folder / "log-queries.tsv", place.folder / "log.qrels"
    with open(log, encoding="utf-8") as lines, open(queries, "w", encoding="utf-8") as texts, open(judgments, "w") as file:
        for number, (query, clicks) in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)):
            texts.write(f"s{number}\t{query}\n")
            file.writelines(f"s{number} 0 {product} {count}\n" for product, count in (c.rsplit(":", 1) for c in clicks.split(",")))
    return queries, judgments


def measure(place):
    homedepot = None if place.quick else place.data("homedepot")
    if homedepot is None:
        place.say("shopkeeper on a generated shop")
        return place.figures("product-search", "--products", 1000 if place.quick else 5000), {}
    titles, validation = homedepot / "products.tsv.gz", homedepot / "validation.queries.tsv.gz"
    training = ["--fit", homedepot / "train.queries.tsv.gz", homedepot / "train.qrels.gz"]
    judged = ["--queries", validation, "--judgments", homedepot / "validation.qrels.gz", "--preset", "homedepot"]
    log = place.folder / "log"
    place.rival("click_log.py", PACKAGES, "--titles", titles, "--out", log, "--split", "event", "--slang", 0.35, "--events", 200_000, bare=BARE)
    place.say("shopkeeper")
    ours = place.figures("product-search", "--data", homedepot.parent, "--train", log / "train.tsv", "--test", log / "test.tsv")
    rival = fusion(place, "c", judged, validation, "--titles", titles, *training)
    rival.update(words(place, titles, validation, judged, "c"))
    few, judgments = clicked(place, homedepot)
    of_few = ["--queries", validation, "--judgments", judgments, "--preset", "homedepot"]
    rival.update(fusion(place, "d", of_few, validation, "--titles", few, *training, "--pairs", "judged"))
    queries, judgments = as_judgments(place, log / "test.tsv")
    rival.update(fusion(place, "slang", ["--queries", queries, "--judgments", judgments], queries, "--titles", titles, "--log", log / "train.tsv"))
    return ours, rival
