"""Off-policy evaluation against a numpy reference on the same public logs: the figures first, then how far they are apart."""
import json
import os
import pathlib

NAMES = {"ips": "ips", "clipped": "clipped-ips", "snips": "snips", "dm": "dm", "dr": "dr", "sndr": "sndr", "switch_dr": "switch-dr"}
DIRECTIONS = {"to_bts": "uniform-log-to-bts", "to_uniform": "bts-log-to-uniform"}


def reference_figures(result):
    figures = {}
    for campaign, directions in result.items():
        for direction, long in DIRECTIONS.items():
            found, key = directions[long], f"{campaign}_{direction}"
            figures.update({f"{key}_{ours}": found[theirs]["value"] for ours, theirs in NAMES.items()})
            figures.update({f"{key}_{name}": found[name] for name in ("ess", "max_weight", "mean_weight", "unsupported")})
            figures[f"{key}_dr_lo"], figures[f"{key}_dr_hi"] = found["dr"]["bootstrap"]
    return figures


def measure(place):
    data = place.data("open-bandit")
    scale = ["--replications", 20, "--rows", 100_000] if place.quick else []
    ours = place.figures("bandits-ope", *scale, *(["--data", data] if data else []))
    script = pathlib.Path(os.environ.get("SHOPKEEPER_REFERENCE", place.root.parent / "shared" / "reference")) / "bandits" / "obd_ope.py"
    if data is None or not script.exists():
        place.say("no reference implementation under $SHOPKEEPER_REFERENCE; only our figures are printed")
        return ours, {}
    out = place.folder / "reference.json"
    place.run_python(script, ["numpy==2.4.1"], "--data", data, "--out", out)
    rival = reference_figures(json.loads(out.read_text()))
    ours["worst_relative_difference"] = max(
        abs(ours[key] - value) / abs(value) if value else abs(ours[key]) for key, value in rival.items() if key in ours)
    return ours, rival
