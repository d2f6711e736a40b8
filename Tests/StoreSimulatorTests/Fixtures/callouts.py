#!/usr/bin/env python3
"""Prints what CalloutWorldTests expects: the level and some probabilities of the numpy reference's worlds.

    $SHOPKEEPER_REFERENCE/bandits must hold callout_sim.py; run with numpy 2.4 and scipy 1.17.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("SHOPKEEPER_REFERENCE", "../shared/reference"), "bandits"))
from scipy.special import ndtr

from callout_sim import World

for seed in (100, 101):
    world = World(seed)
    print(seed, f"{world.level:.12f}", int(world.member[7]), world.favourite[7].tolist(), world.kind[:24].sum(), world.category[:4].tolist())
    for request, item, layout in ((0, 0, 0), (7, 23, 23), (59_999, 81, 11), (30_000, 5, 17)):
        p = ndtr(world.table(request, world.active(request)))
        print(request, item, layout, f"{p[item, layout]:.12f} {p.max():.12f}", int(world.luck[request] < p[item, layout]))
