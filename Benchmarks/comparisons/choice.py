"""Choice models against NumPy: probabilities and optima of the standard instances, likelihoods of hotels and panels."""
import json
import os
import re
import subprocess

PACKAGES = ["numpy", "scipy"]


def measure(place):
    scripts = place.reference_folder("assortment")
    if scripts is None:
        return place.figures("choice", "--data", place.options.data, "--multistep-seeds", 0 if place.quick else 10), {}
    python = place.environment(PACKAGES)
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

    def run(script, *arguments):
        place.say(script)
        command = [python, scripts / script, *map(str, arguments)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=one_thread, cwd=scripts).stdout

    instances = place.folder / "instances"
    run("gen.py", "--standard", instances)
    result = place.folder / "optimum.json"
    run("bench_choice_opt.py", "--data", instances, "--out", result, "mc200", "mc1k", "mc10k")
    rival = {}
    for name, figures in json.loads(result.read_text()).items():
        rival[f"z_{name}"] = figures["z"]
        rival[f"stop_set_{name}"] = figures["stop_set"]
        rival[f"optimum_ms_{name}"] = 1e3 * figures["optimum_seconds"]
        rival[f"optimum_sweeps_{name}"] = figures["optimum_sweeps"]
        for share in (10, 50, 90):
            rival[f"net_revenue_{name}_{share}"] = figures[f"net_revenue_offered_{share}pct"]
            rival[f"push_ms_{name}_{share}"] = 1e3 * figures[f"push_seconds_offered_{share}pct"]
            rival[f"push_sweeps_{name}_{share}"] = figures[f"push_sweeps_offered_{share}pct"]
    hotels, panels = place.data("hotel-choice"), place.data("scanner-panels")
    if hotels:
        rival.update(hotel_figures(run("em_hotel.py", "--data", hotels)))
    if panels:
        for brand, train, test in re.findall(r"^(\w+) +brands.* train (\S+) test (\S+)", run("panels.py", "--data", panels), re.M):
            rival[f"panel_train_{brand.lower()}"], rival[f"panel_test_{brand.lower()}"] = float(train), float(test)
    place.say("shopkeeper")
    ours = place.figures("choice", "--data", place.options.data, "--instances", instances, "--multistep-seeds", 0 if place.quick else 10)
    same(place, ours, rival)
    return ours, rival


def hotel_figures(text):
    figures = {}
    for hotel, train, test in re.findall(r"^hotel (\d): MNL train (\S+) test (\S+)", text, re.M):
        figures[f"mnl_train_hotel{hotel}"], figures[f"mnl_test_hotel{hotel}"] = float(train), float(test)
    for hotel, alpha, train, test, passes, seconds in re.findall(
            r"^hotel (\d): EM alpha=(\d+) .* train (\S+) test (\S+) passes (\d+) seconds (\S+)", text, re.M):
        key = "em" if alpha == "0" else f"em{alpha}"
        figures[f"{key}_train_hotel{hotel}"], figures[f"{key}_test_hotel{hotel}"] = float(train), float(test)
        figures[f"{key}_passes_hotel{hotel}"], figures[f"{key}_s_hotel{hotel}"] = int(passes), float(seconds)
    return figures


def same(place, ours, rival):
    """Says where answers differ that must not."""
    allowed = {"z": 1e-9, "stop": 0.5, "net": 1e-9, "mnl": 2e-6, "em": 5e-5, "em5": 5e-5, "em50": 5e-5, "panel": 1e-4}
    for key in sorted(set(ours) & set(rival)):
        kind = key.split("_")[0]
        is_answer = kind in allowed and not any(part in key for part in ("_s_", "passes", "gap"))
        if is_answer and abs(ours[key] - rival[key]) > allowed[kind]:
            place.say(f"answers differ: {key} ours {ours[key]:.10g}, theirs {rival[key]:.10g}")
