"""Recovery of tabular rewards: our figures against a numpy program on the same decision process, simulated by each."""
import json

NUMPY = ["numpy==2.4.1", "scipy==1.17.0"]
SIZES = [("2000", "2k"), ("10000", "10k"), ("50000", "50k"), ("250000", "250k"), ("1000000", "1m")]
COLUMNS = [("PQR pseudo-count .5", "", ""), ("PQR empirical Bayes", "", "_eb"), ("log-policy", "logpolicy_", ""),
           ("saturated NFXP + ridge 1", "nfxp_", ""), ("state-only MaxEnt", "maxent_", "")]


def measure(place):
    ours = place.figures("membership-tabular", *(["--quick"] if place.quick else []))
    sizes = SIZES[:3] if place.quick else SIZES
    out = place.folder / "tabular.json"
    printed = place.reference("membership/pqr_tabular.py", NUMPY, "--seeds", 2 if place.quick else 10, "--sizes",
                              *(size for size, _ in sizes), "--out", out)
    if printed is None:
        return ours, {}
    exact = json.loads(printed.splitlines()[0])
    rival = {"exact_max_error": exact["exact_policy_max_error"], "general_max_error": exact["renormalised_max_error"]}
    for size, key in sizes:
        table = json.loads(out.read_text())[size]
        for column, before, after in COLUMNS:
            if column in table:
                rival[f"{before}rmse_{key}{after}"], _, rival[f"{before}policy_error_{key}{after}"], _ = table[column]
        if key == "1m":
            rival["million_sec"] = table["count+rows sec"][0] + table["PQR empirical Bayes"][3]
    return ours, rival
