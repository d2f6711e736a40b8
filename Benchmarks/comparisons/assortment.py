"""Plans against the reference ascent in NumPy and C: the same instances, profits and gains before times."""
import json
import os
import subprocess

PACKAGES = ["numpy", "scipy"]
SHAPES = ["zipf", "lognormal", "cluster", "thin"]


def measure(place):
    scripts = place.reference_folder("assortment")
    quick = ["--quick"] if place.quick else []
    if scripts is None:
        return place.figures("assortment", *quick), {}
    python = place.environment(PACKAGES)
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

    def run(script, *arguments):
        command = [python, scripts / script, *map(str, arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=one_thread, cwd=scripts)

    place.say("making instances")
    folder = place.folder / "instances"
    run("gen.py", "--standard", folder)
    seeds, ratios = (3, [0.25, 1]) if place.quick else (20, [0.25, 0.5, 1, 5])
    for shape in SHAPES:
        for seed in range(1, seeds + 1):
            run("gen.py", "--n", 200, "--k", 10, "--seed", seed, "--shape", shape, "--out", folder / f"{shape}-{seed}.bin")
    rival = {}
    place.say("reference plans")
    result = place.folder / "joint.json"
    names = ["mc200", "mc1k"] + ([] if place.quick else ["mc10k"])
    run("bench_joint.py", "--data", folder, "--out", result, *(["--quick"] if place.quick else []), *names)
    for key, figures in json.loads(result.read_text()).items():
        if key.endswith("_million_customers_per_second"):
            name = key.split("_")[0]
            rival[f"chain_mcustomers_s_{name}"] = figures["chain_run"]
            rival[f"bank_mcustomers_s_{name}"] = figures["bank_profit"]
            rival[f"margins_mcustomers_s_{name}"] = figures["bank_margins"]
            continue
        name, customers = key.split("_T")
        key = f"{name}_{customers}"
        rival[f"plan_profit_{key}"], rival[f"plan_se_{key}"] = figures["ascent"]["profit"], figures["ascent"]["se"]
        rival[f"plan_s_{key}"] = figures["bank_seconds"] + figures["S* tuned"]["seconds"] + figures["ascent"]["seconds"]
        rival[f"baseline_profit_{key}"] = figures["S* tuned"]["profit"]
        rival[f"gain_pct_{key}"], rival[f"gain_se_{key}"] = figures["ascent"]["pct"], figures["ascent"]["pct_se"]
        rival[f"fluid_{key}"] = figures["bound"]
        if "path_seconds" in figures:
            rival[f"path_s_{name}"] = figures["path_seconds"]
    place.say("reference gains")
    result = place.folder / "control.json"
    run("control.py", "--seeds", seeds, "--ratios", ",".join(map(str, ratios)), "--no-path", "--out", result)
    cells = {}
    for row in json.loads(result.read_text()):
        cells.setdefault(f"{row['shape']}_{round(100 * row['T'] / row['n'])}", []).append(row["ascent"]["pct"])
    for key, values in cells.items():
        rival[f"gain_mean_{key}"], rival[f"gain_low_{key}"] = sum(values) / len(values), min(values)
    place.say("shopkeeper")
    return place.figures("assortment", "--data", folder, *quick, "--seeds", seeds), rival
