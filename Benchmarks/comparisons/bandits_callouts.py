"""Regret of callouts beside the numpy reference in the same worlds; posterior draws differ, so do single runs."""
import re

PACKAGES = ["numpy==2.4.1", "scipy==1.17.0"]
POLICIES = {"random": "random", "greedy": "greedy", "thompson": "thompson", "thompson-half": "thompson_half", "thompson+groups": "true_groups", "thompson+groups-half": "true_groups_half"}


def measure(place):
    first, runs = 200, 2 if place.quick else 20
    names = ["random", "thompson"] if place.quick else list(POLICIES)
    printed = place.reference("bandits/callout_sim.py", PACKAGES, "--policies", ",".join(names), "--seeds", f"{first}:{first + runs}", "--jobs", 2) or ""
    rival = {}
    for name, regret, error in re.findall(r"^(\S+)\s+regret\s+(\S+) \+-\s+(\S+)", printed, re.M):
        rival[f"{POLICIES[name]}_regret"], rival[f"{POLICIES[name]}_se"] = float(regret), float(error)
    return place.figures("bandits-callouts", "--first-seed", first, "--runs", runs, "--quiet"), rival
