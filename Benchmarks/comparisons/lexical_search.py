"""Search by words against tantivy and bm25s: the same titles and queries, judged by the same metric.

Each engine weighs words its own way, so its answers are compared by their quality.
"""
import csv
import json

PACKAGES = ["tantivy==0.27.0", "bm25s==0.3.16", "PyStemmer==3.1.0", "numpy<2"]
ENGINES = ["tantivy", "bm25s"]


def data(place):
    """Files of titles, queries and judgments, and what the judgments mean."""
    homedepot = None if place.quick else place.data("homedepot")
    if homedepot:
        return homedepot / "products.tsv.gz", homedepot / "validation.queries.tsv.gz", homedepot / "validation.qrels.gz", "homedepot"
    shop, titles = place.folder / "shop", place.folder / "titles.tsv"
    products = 10_000 if place.quick else 50_000
    place.shopkeeper("generate", "--products", products, "--customers", 1, "--days", 1, "--out", shop, output=False)
    # Titles alone, so that all engines see the same text.
    with open(shop / "catalogue.jsonl", encoding="utf-8") as catalogue, open(titles, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
        writer.writerow(["product_id", "title"])
        writer.writerows((product["product_id"], product["title"]) for product in map(json.loads, catalogue))
    return titles, shop / "validation" / "queries.tsv", shop / "validation" / "judgments.qrels", "clicks"


def measure(place):
    titles, queries, judgments, preset = data(place)
    judged = ["--queries", queries, "--judgments", judgments, "--preset", preset]
    engines = {}
    for engine in ENGINES:
        place.say(engine)
        run = place.folder / f"{engine}.run"
        figures = place.rival("lexical_engines.py", PACKAGES, "--engine", engine, "--titles", titles, "--queries", queries, "--run", run)
        quality = place.shopkeeper("search", "evaluate", *judged, "--engine-run", run, "--json")[0]
        engines[engine] = {**figures, **{f"bm25_{key}_c": quality[key] for key in ("ndcg10", "recall10", "recall100")},
                           "bm25_ndcg10_c_low": quality["low"], "bm25_ndcg10_c_high": quality["high"]}
    place.say("shopkeeper")
    ours = place.figures("lexical-search", "--catalogue", titles, *judged)
    # Speed and size against the engine that is made for speed; quality against whichever is better.
    rival = dict(engines["tantivy"])
    for key in ("bm25_recall10_c", "bm25_recall100_c"):
        rival[key] = max(figures[key] for figures in engines.values())
    better = max(engines.values(), key=lambda figures: figures["bm25_ndcg10_c"])
    rival.update({key: value for key, value in better.items() if "ndcg10" in key})
    for engine, figures in engines.items():
        rival.update({f"{engine}_{key}": value for key, value in figures.items()})
    return ours, rival
