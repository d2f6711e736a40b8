"""Vowpal Wabbit on a file of clicks: examples learned and predicted in a second of processor time, text parsing included."""
import argparse
import json
import os
import time

os.environ["OMP_NUM_THREADS"] = "1"
import vowpalwabbit

parser = argparse.ArgumentParser()
parser.add_argument("--clicks", required=True)
options = parser.parse_args()
rows = sum(1 for _ in open(options.clicks))


def rate(command):
    """The best of three rounds."""
    best = 0.0
    for _ in range(3):
        start = time.process_time()
        vowpalwabbit.Workspace(command).finish()
        best = max(best, rows / (time.process_time() - start))
    return best


base = f"--quiet --loss_function logistic -b 20 -d {options.clicks}"
print(json.dumps({"updates_text_per_s": rate(base), "predictions_text_per_s": rate(base + " -t"), "ftrl_updates_text_per_s": rate(base + " --ftrl")}))
