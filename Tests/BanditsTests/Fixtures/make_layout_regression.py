#!/usr/bin/env python3
"""Makes layout_regression.json with the numpy reference (mvtsim.py): environments, Laplace posteriors, learned priors.

    python3 make_layout_regression.py [folder of the reference, default ../../../../shared/reference/bandits]
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, sys.argv[1] if len(sys.argv) > 1 else str(HERE.parents[3] / "shared" / "reference" / "bandits"))
import numpy as np
from mvtsim import em_prior, laplace, make_env, moment_prior

result = {"environments": [], "regressions": []}
for kind in ("conv48-weak", "conv48-strong", "hill512"):
    for seed in (100, 101, 102):
        space, _, p = make_env(kind, seed)
        result["environments"].append({"kind": kind, "seed": seed, "p": [float(x) for x in p[:: max(1, len(p) // 16)]]})
space, _, p = make_env("conv48-weak", 100)
shows = np.array([50.0 + 7 * (i % 13) for i in range(space.L)])
clicks = np.floor(shows * p * (1 + 0.5 * (np.arange(space.L) % 3)))
variances = np.array([1.0, 0.01, 0.0025])[space.groups]
for link in ("probit", "logit"):
    mode, factor, evidence = laplace(space.X2, shows, clicks, variances, np.zeros(space.M), link)
    spread = np.diag(np.linalg.inv(factor @ factor.T))
    learned = em_prior(space.X2, shows, clicks, space.groups, np.ones(space.M), link=link)
    mean, variance, raw = moment_prior(mode, spread, space.groups)
    result["regressions"].append({
        "link": link, "shows": list(shows), "conversions": list(clicks), "mean": list(mode), "variance": list(spread), "evidence": float(evidence),
        "learned": [float(learned[space.groups == g][0]) for g in (1, 2)],
        "moments": [float(raw[g]) for g in (1, 2)], "moment_means": [float(mean[space.groups == g][0]) for g in (1, 2)]})
json.dump(result, open(HERE / "layout_regression.json", "w"), indent=1)
