"""What libpecos answers with a text2text folder that Shopkeeper wrote.

--features FILE writes the features of the test queries as libpecos makes them; --compare FILE reads our scores of those
features and prints the share of queries with the same ten labels (scores within 1e-5 of their size may change places).
"""
import argparse
import json

import numpy as np
import scipy.sparse as sp
from logs import read_log
from pecos.apps.text2text.model import Text2Text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--test", required=True)
    parser.add_argument("--features")
    parser.add_argument("--compare")
    options = parser.parse_args()
    model = Text2Text.load(options.model, is_predict_only=True)
    x = model.preprocessor.predict([q for q, _ in read_log(options.test)])
    if options.features:
        sp.save_npz(options.features, x.astype(np.float32))
        return print(json.dumps({"queries": x.shape[0]}))
    theirs = model.xlinear_models[0][0].predict(x, beam_size=10, only_topk=20, threads=1)
    ours, equal = sp.load_npz(options.compare).tocsr(), 0
    for i in range(x.shape[0]):
        mine, other = (dict(zip(m.indices[m.indptr[i]:m.indptr[i + 1]].tolist(), m.data[m.indptr[i]:m.indptr[i + 1]].tolist())) for m in (ours, theirs))
        # A query without features: libpecos ranks by biases, we answer nothing.
        if x.indptr[i] == x.indptr[i + 1]:
            equal += not mine
            continue
        tenth = sorted(other.values(), reverse=True)[min(9, len(other) - 1)]
        missing = [s for label, s in other.items() if s > tenth * (1 + 1e-5) and abs(mine.get(label, -1) - s) > 1e-5 * s]
        strange = [label for label, s in mine.items() if abs(other.get(label, tenth) - s) > 1e-5 * max(s, 1e-30)]
        equal += not missing and not strange
    print(json.dumps({"equal": equal / x.shape[0]}))


if __name__ == "__main__":
    main()
