"""Regret of rules for late conversions beside the numpy reference in the same worlds; posterior draws differ, so do single runs."""
import re

PACKAGES = ["numpy==2.4.1", "scipy==1.17.0"]


def measure(place):
    first, runs = 200, 4 if place.quick else 30
    rival = {}
    for prefix, spread, means in (("", 0, "1000" if place.quick else "100,1000,3000,10000"), ("spread_", 1, "3000")):
        printed = place.reference("bandits/delay_bench.py", PACKAGES, "--seeds", f"{first}:{first + runs}", "--means", means, "--spread", spread, "--jobs", 2) or ""
        for mean, rules in re.findall(r"^mean delay\s+(\d+): (.*)$", printed, re.M):
            for name, regret in re.findall(r"(?:^|\| )(\S+) (\S+) \+-", rules):
                rival[f"{prefix}{name.replace('-', '_')}_{mean}"] = float(regret)
    return place.figures("bandits-delay", "--first-seed", first, "--runs", runs, "--quiet"), rival
