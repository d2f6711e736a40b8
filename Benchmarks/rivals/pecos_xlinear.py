"""libpecos on a click log: trains, saves, loads, predicts; prints its figures as one JSON object.

Features: words, pairs of words (at least twice), character trigrams (at least twice), each block of norm 1 without what is
in more than 98 % of the texts; TFN, threshold 0.1, 32 branches, leaves of 100, beam 10. Training on one thread.
--keep DIR leaves a text2text folder and answers.txt: the best twenty labels of every test query as `label:score`.
"""
import argparse
import gc
import json
import os
import resource
import tempfile
import time

import numpy as np
import scipy.sparse as sp
from logs import quality, read_log
from measuring import folder_bytes, microseconds, processor
from pecos.utils.featurization.text.vectorizers import Vectorizer
from pecos.xmc import Indexer, LabelEmbeddingFactory
from pecos.xmc.xlinear.model import XLinearModel

BLOCKS = [{"ngram_range": [1, 1], "analyzer": "word", "min_df_cnt": 0}, {"ngram_range": [2, 2], "analyzer": "word", "min_df_cnt": 2},
          {"ngram_range": [3, 3], "analyzer": "char_wb", "min_df_cnt": 2}]
CONFIG = {"type": "tfidf", "kwargs": {"base_vect_configs": [{**b, "norm": "l2", "max_df_ratio": 0.98} for b in BLOCKS], "threads": 1}}
LAYOUTS = ["BINARY_SEARCH_CHUNKED", "HASH_CHUNKED"]


def train(log, figures):
    names = sorted({p for _, clicks in log for p in clicks})
    number, texts = {p: i for i, p in enumerate(names)}, [q for q, _ in log]
    rows, columns = np.array([(i, number[p]) for i, (_, clicks) in enumerate(log) for p in clicks]).T
    y = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(log), len(names)))
    vectorizer, first = processor(lambda: Vectorizer.train(texts, CONFIG))
    x, second = processor(lambda: vectorizer.predict(texts, threads=1))
    cluster, index = processor(lambda: Indexer.gen(LabelEmbeddingFactory.create(y, x, threads=1), nr_splits=32, max_leaf_size=100, threads=1, seed=0))
    model, solve = processor(lambda: XLinearModel.train(x, y, C=cluster, negative_sampling_scheme="tfn", threshold=0.1, threads=1, beam_size=10, only_topk=100))
    figures.update(labels=len(names), vectorise_train_cpu_s=first + second, index_cpu_s=index, train_cpu_s=solve,
                   total_train_cpu_s=first + second + index + solve, peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return vectorizer, model, names


def save(folder, vectorizer, model, names):
    tree = os.path.join(folder, "xlinear_ensemble", "0")
    os.makedirs(tree, exist_ok=True)
    vectorizer.save(os.path.join(folder, "preprocessor"))
    model.save(tree)
    with open(os.path.join(folder, "xlinear_ensemble", "config.json"), "w") as file:
        json.dump([{}], file)
    with open(os.path.join(folder, "output_items.json"), "w") as file:
        json.dump(names, file)
    return tree


def ranked(matrix):
    """For each row its columns and scores, best first, equal scores by smaller column."""
    for i in range(matrix.shape[0]):
        a, b = matrix.indptr[i], matrix.indptr[i + 1]
        order = np.lexsort((matrix.indices[a:b], -matrix.data[a:b]))
        yield matrix.indices[a:b][order], matrix.data[a:b][order]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", required=True)
    parser.add_argument("--test", required=True)
    parser.add_argument("--keep")
    parser.add_argument("--training-only", action="store_true", help="no latencies")
    options = parser.parse_args()
    figures = {}
    vectorizer, model, names = train(read_log(options.train), figures)
    test = read_log(options.test)
    texts = [q for q, _ in test]
    folder = options.keep or tempfile.mkdtemp()
    tree = save(folder, vectorizer, model, names)
    XLinearModel.compile_mmap_model(tree, os.path.join(folder, "mmap"))
    figures["bytes_per_label_f32"] = folder_bytes(os.path.join(folder, "mmap")) / len(names)
    del model
    gc.collect()
    x = vectorizer.predict(texts, threads=1)
    best = {}
    for layout in LAYOUTS:
        start = time.perf_counter()
        model = XLinearModel.load(tree, is_predict_only=True, weight_matrix_type=layout)
        opened = (time.perf_counter() - start) * 1e3
        predict = lambda rows, k=100: model.predict(rows, beam_size=10, only_topk=k, threads=1)
        if layout == LAYOUTS[0]:
            answers = list(ranked(predict(x)))
            figures.update(quality([[names[j] for j in labels] for labels, _ in answers], test))
            with open(os.path.join(folder, "answers.txt"), "w") as file:
                for labels, scores in ranked(predict(x, 20)):
                    file.write(" ".join(f"{j}:{s!r}" for j, s in zip(labels.tolist(), scores.tolist())) + "\n")
        if options.training_only:
            break
        rows = [x[i] for i in range(min(1000, x.shape[0]))]
        single = microseconds([lambda r=r: predict(r) for r in rows])
        batch = float(np.median(microseconds([lambda: predict(x)] * 1, 5))) / len(texts)
        if not best or single.mean() < best["predict_single_us"]:
            best.update(predict_single_us=float(single.mean()), predict_single_p99_us=float(np.percentile(single, 99)), open_ms=opened)
        best["batch_us"] = min(best.get("batch_us", batch), batch)
        del model
        gc.collect()
    figures.update(best)
    if not options.training_only:
        figures["vectorise_us"] = float(microseconds([lambda t=t: vectorizer.predict([t], threads=1) for t in texts[:1000]]).mean())
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
