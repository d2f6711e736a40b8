"""Bus engine replacement: our estimates against a numpy program and against econirl, on the same panel in the same run."""
import json
import subprocess

NUMPY = ["numpy==2.4.1", "scipy==1.17.0"]
ECONIRL = ["econirl", "pandas", *NUMPY]
SAMPLES = [("g4", "4"), ("g123", "1-3"), ("g1234", "1-4")]


def numpy_figures(place, data):
    out = place.folder / "tables.json"
    if place.reference("membership/rust_nfxp.py", NUMPY, "--data", data, "--out", out) is None:
        return {}
    tables, figures = json.loads(out.read_text()), {}
    for key, groups in SAMPLES:
        for prefix, cells in (("", 90), ("cells175_", 175)):
            table = tables[f"groups {groups}, {cells} cells"]
            row = table["linear beta=0.9999"]
            figures[f"{prefix}{key}_rc"], figures[f"{prefix}{key}_theta"] = row["theta"]
            figures[f"{prefix}{key}_choice_ll"], figures[f"{prefix}{key}_full_ll"] = row["choice_ll"], row["full_ll"]
            figures["table9_ms"] = figures.get("table9_ms", 0) + 1000 * row["sec"]
            if cells == 90:
                figures[f"{key}_se_rc"], figures[f"{key}_se_theta"] = row["se"]
                if key != "g123":
                    figures[f"hm_{key}_rc"], figures[f"hm_{key}_theta"] = table["Hotz-Miller"]["theta"]
    figures["g4_ms"] = 1000 * tables["groups 4, 90 cells"]["linear beta=0.9999"]["sec"]
    figures["cubic_g4_ll"] = tables["groups 4, 90 cells"]["cubic beta=0.9999"]["choice_ll"]
    figures["cubic_g4_beta0_ll"] = tables["groups 4, 90 cells"]["cubic beta=0.0"]["choice_ll"]
    return figures


def econirl_figures(place, data):
    """econirl on group 4: processor time of its second fit, so that compilation does not count."""
    try:
        text = place.reference("membership/rival_econirl.py", ECONIRL, "--data", data)
    except subprocess.CalledProcessError:
        place.say("econirl does not install or run here; its figures are left out")
        return {}
    figures = {}
    for line in (text or "").splitlines():
        found = json.loads(line)
        if found["estimator"] == "NFXP":
            figures = {"econirl_g4_rc": found["params"]["RC"], "econirl_g4_theta": found["params"]["theta11"],
                       "econirl_g4_choice_ll": found["loglik"], "econirl_g4_ms": 1000 * found["cpu_sec"]}
    return figures


def measure(place):
    data = place.data("rust-bus")
    ours = place.figures("membership-rust", *(["--quick"] if place.quick else []))
    if data is None:
        return ours, {}
    rival = numpy_figures(place, data.resolve())
    if not place.quick:
        rival.update(econirl_figures(place, data.resolve()))
    for name in ("rc", "theta", "choice_ll", "ms"):
        if f"econirl_g4_{name}" in rival:
            ours[f"econirl_g4_{name}"] = ours[f"g4_{name}"]
    gap = max((abs(ours[key] - rival[key]) for key in rival if key in ours and key.endswith(("_rc", "_theta")) and "econirl" not in key), default=0)
    place.say(f"largest difference of a parameter to the numpy program: {gap:.2g}")
    return ours, rival
