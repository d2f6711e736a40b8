"""Query completion against most popular completion, session association and PrefXMRtree: the same generated logs, one judge.

Logs, rivals and judge are the reference's; without it our own sample shop is measured alone. The judge reads our lists and
the rivals' alike, and what our evaluation says of our lists must be what the judge says.
"""
import json
import os
import subprocess

PACKAGES, BARE = ["numpy<2", "scipy<1.14", "scikit-learn", "marisa-trie"], ["libpecos==1.2.8"]
SEEDS = (7, 11)


def measure(place):
    scripts = place.reference_folder("query-completion")
    if scripts is None:
        return sample_shop(place), {}
    python = place.environment(PACKAGES, BARE)

    def run(script, *arguments):
        place.say(script)
        command = [python, "-B", scripts / script, *map(str, arguments)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout)

    ours, rival = {}, {}
    for seed in SEEDS[:1] if place.quick else SEEDS:
        folder = place.folder / f"seed{seed}"
        ours_here, rival_here = one_log(place, run, folder, seed, ["--size", "small" if place.quick else "medium"])
        ours.update({f"{key}_seed{seed}": value for key, value in ours_here.items()})
        rival.update({f"{key}_seed{seed}": value for key, value in rival_here.items()})
    if place.options.full:
        folder = place.folder / "million"
        pairs = log(run, folder, 7, ["--sessions", 5_000_000])
        place.say("shopkeeper on a million suggestions")
        ours.update({f"{key}_million": value for key, value in place.figures("completion", "--data", pairs, "--quick", "--quiet").items()})
    return ours, rival


def log(run, folder, seed, size):
    run("generate_sessions.py", "--out", folder, "--seed", seed, *size)
    run("make_pairs.py", "--log", folder / "log.jsonl.gz", "--out", folder / "pairs")
    return folder / "pairs"


def one_log(place, run, folder, seed, size):
    pairs, lists = log(run, folder, seed, size), folder / "lists"
    simple = run("rivals.py", "--pairs", pairs, "--out", lists)
    tree = run("qp2q.py", "--pairs", pairs, "--out", lists, "--model", folder / "tree", "--config", 8)
    place.say("shopkeeper")
    ours = place.figures("completion", "--data", pairs, "--catalogue", folder / "catalogue.jsonl", "--quiet", *(["--quick"] if place.quick else []))
    place.shopkeeper("complete", "train", "--format", "qp2q", "--log", pairs, "--k-anonymity", 1, "--out", folder / "model", "--quiet", output=False)
    for name, switch in (("exact", ["--no-generate"]), ("generated", [])):
        place.shopkeeper("complete", "evaluate", "--pairs", pairs, "--model", folder / "model", *switch,
                         "--write-lists", lists / f"shopkeeper_{name}.jsonl", "--quiet", output=False)
    judged = run("compare.py", "--pairs", pairs, "--lists", lists / "shopkeeper_exact.jsonl", lists / "association.jsonl", lists / "qp2q_8.jsonl", lists / "mpc.jsonl")
    generated = run("compare.py", "--pairs", pairs, "--lists", lists / "shopkeeper_generated.jsonl", lists / "association+last_word.jsonl")
    if abs(judged["shopkeeper_exact"]["all"]["mrr"] - ours["mrr"]) > 1e-3:
        place.say(f"answers differ: mrr ours {ours['mrr']:.4f}, the judge's {judged['shopkeeper_exact']['all']['mrr']:.4f}")
    for name, rival_name in (("association", "association"), ("prefix_tree_pecos", "qp2q_8"), ("popularity", "mpc")):
        for suffix, group in (("", ""), ("_short", "; seen, length <= 3")):
            interval = judged[f"shopkeeper_exact - {rival_name}{group}"]
            ours.update({f"diff_{name}{suffix}": interval["difference"], f"diff_{name}{suffix}_low": interval["low"], f"diff_{name}{suffix}_high": interval["high"]})
    interval = generated["shopkeeper_generated - association+last_word"]
    ours.update({"diff_generated": interval["difference"], "diff_generated_low": interval["low"], "diff_generated_high": interval["high"]})
    return ours, rivals(judged, generated, simple, tree)


def rivals(judged, generated, simple, tree):
    """The rival of each figure: association for quality in a session, the published tree for its time, size and building."""
    best = judged["association"]
    groups = {"mrr_seen": "seen", "mrr_len1": "length 1", "mrr_len2_3": "length 2-3", "mrr_len4_6": "length 4-6",
              "mrr_len7_10": "length 7-10", "mrr_len_gt10": "length >10", "mrr_seen_len3": "seen, length <= 3"}
    figures = {key: best[group]["mrr"] for key, group in groups.items() if group in best}
    figures.update({
        "mrr": best["all"]["mrr"], "sr": best["all"]["sr"], "bleu_rr": best["all"]["bleu_rr"], "mean_list": best["all"]["mean_list"],
        "mrr_popularity": judged["mpc"]["all"]["mrr"], "mrr_prefix_tree": judged["qp2q_8"]["all"]["mrr"],
        "mrr_generated": generated["association+last_word"]["all"]["mrr"], "mrr_unseen": generated["association+last_word"]["unseen"]["mrr"],
        "mrr_k5": simple["5 users"]["association+last_word"]["mrr"],
        "mrr_typo": simple["typo mpc+one_edit"]["one edit"]["mrr"], "mrr_typo_clean": simple["typo mpc+one_edit"]["clean"]["mrr"],
        "popularity_us_mean": simple["marisa_scan_cpu"]["mean_us"], "popularity_us_p99": simple["marisa_scan_cpu"]["p99_us"]})
    figures.update({
        "prefix_tree_build_s": tree["index_cpu_s"] + tree["train_cpu_s"], "prefix_tree_bytes_per_label": tree["bytes_per_label"],
        "prefix_tree_us_mean": tree["cpu_predict_only"]["mean_us"], "prefix_tree_us_p99": tree["cpu_predict_only"]["p99_us"],
        "session_us_mean": tree["cpu_end_to_end"]["mean_us"], "session_us_p99": tree["cpu_end_to_end"]["p99_us"],
        "build_s": tree["index_cpu_s"] + tree["train_cpu_s"], "bytes_per_label": tree["bytes_per_label"]})
    return figures


def sample_shop(place):
    """Our own shop's searches, where there is no reference."""
    shop, pairs = place.folder / "shop", place.folder / "pairs"
    place.shopkeeper("generate", "--products", 2000, "--customers", 5000 if place.quick else 40_000, "--out", shop, "--quiet", output=False)
    place.shopkeeper("complete", "import", "--format", "amazonqac", "--log", shop / "searches.jsonl.gz", "--out", pairs, "--quiet", output=False)
    return place.figures("completion", "--data", pairs, "--catalogue", shop / "catalogue.jsonl", "--quiet", *(["--quick"] if place.quick else []))
