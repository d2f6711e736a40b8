"""Click logs and ranking metrics for the rivals' scripts."""
import math


def read_log(path):
    """[(query, {product: clicks})] of `query<TAB>product:clicks,product:clicks` lines."""
    rows = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            query, clicks = line.rstrip("\n").split("\t")
            rows.append((query, {p: float(n) for p, n in (c.rsplit(":", 1) for c in clicks.split(","))}))
    return rows


def quality(ranked, log):
    """Mean nDCG@10 (gain: clicks), recall@10 and recall@100 of ranked lists of products, one a query of the log."""
    ndcg = r10 = r100 = 0.0
    for products, (_, clicks) in zip(ranked, log):
        gain = sum(clicks.get(p, 0) / math.log2(i + 2) for i, p in enumerate(products[:10]))
        ndcg += gain / sum(c / math.log2(i + 2) for i, c in enumerate(sorted(clicks.values(), reverse=True)[:10]))
        r10 += len(clicks.keys() & set(products[:10])) / len(clicks)
        r100 += len(clicks.keys() & set(products[:100])) / len(clicks)
    return {"ndcg10": ndcg / len(log), "recall10": r10 / len(log), "recall100": r100 / len(log)}
