"""Regret of layout policies against Vowpal Wabbit and MABWiser, whose options are chosen on other environments than reported.

Neither rival shares what parts of a layout have in common with learned priors; MABWiser takes each layout as an arm of its own.
"""
import json
import statistics

PACKAGES = ["vowpalwabbit==9.11.9", "mabwiser==2.7.4", "numpy==2.4.1"]


def paired(ours, theirs):
    """Mean of the differences and the ends of its 95 % interval."""
    differences = [a - b for a, b in zip(ours, theirs)]
    half = 1.96 * statistics.stdev(differences) / len(differences) ** 0.5
    mean = statistics.mean(differences)
    return mean, mean - half, mean + half


def measure(place):
    kinds = ["conv48-weak"] if place.quick else ["conv48-weak", "conv48-strong", "hill512"]
    tuning, reporting, steps = ((100, 102), (200, 203), 3000) if place.quick else ((100, 110), (200, 230), 50_000)
    ours, rival = {}, {}
    for kind in kinds:
        folders = {}
        for name, (first, end) in (("tuning", tuning), ("reporting", reporting)):
            folders[name] = place.folder / f"{kind}-{name}"
            place.shopkeeper("layout", "simulate", "--kind", kind, "--seeds", f"{first}:{end}", "--policies", "random", "--steps", 1, "--batch", 1,
                             "--keep-environments", folders[name], "--quiet", output=False)
        place.say(f"{kind}: rivals, tuned on seeds {tuning[0]} to {tuning[1] - 1}")
        found = place.rival("layout_bandits.py", PACKAGES, "--tuning", folders["tuning"], "--reporting", folders["reporting"], "--steps", steps, "--jobs", 2)
        place.say(f"{kind}: shopkeeper")
        runs = place.shopkeeper("layout", "simulate", "--environments", folders["reporting"], "--policies", "auto", "--steps", steps, "--json", "--quiet")
        key, regrets = kind.replace("-", "_"), runs[0]["regrets"]
        ours[f"{key}_regret"] = statistics.mean(regrets)
        rival[f"{key}_regret"] = min(statistics.mean(one["regrets"]) for one in found.values())
        for name, one in found.items():
            rival[f"{name}_{key}_regret"] = statistics.mean(one["regrets"])
            rival[f"{name}_{key}_se"] = statistics.stdev(one["regrets"]) / len(one["regrets"]) ** 0.5
            rival[f"{name}_{key}_options_index"] = one["options_index"]
            ours[f"ours_minus_{name}_{key}"], ours[f"ours_minus_{name}_{key}_lo"], ours[f"ours_minus_{name}_{key}_hi"] = paired(regrets, one["regrets"])
            place.say(f"{kind}: {name} with {json.dumps(one['options'])}")
    return ours, rival
