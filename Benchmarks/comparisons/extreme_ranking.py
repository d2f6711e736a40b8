"""XR-Linear against libpecos: the same logs, the same recipe, and for latency the very same model."""
PACKAGES, BARE = ["numpy<2", "scipy<1.14", "scikit-learn"], ["libpecos==1.2.8"]
# What depends on the training log; the rest is measured on the first log alone.
OF_EVERY_LOG = ["vectorise_train_cpu_s", "index_cpu_s", "train_cpu_s", "total_train_cpu_s", "ndcg10", "recall10", "recall100"]


def logs(place):
    """(suffix of the figures' names, folder with train.tsv and test.tsv) of every log."""
    def generated(labels):
        folder = place.folder / f"log-{labels}"
        place.shopkeeper("generate", "--click-log", "--products", labels, "--out", folder, output=False)
        return folder

    def simulated(name, *arguments):
        folder = place.folder / name
        place.rival("click_log.py", PACKAGES, "--titles", titles, "--out", folder, *arguments, bare=BARE)
        return folder

    if place.quick:
        return [("", generated(10_000))]
    homedepot = place.data("homedepot")
    if homedepot is None:
        return [("", generated(30_000)), ("_100k", generated(100_000))]
    titles = homedepot / "products.tsv.gz"
    return [("", simulated("default")), ("_slang", simulated("slang", "--split", "event", "--slang", 0.35, "--events", 200_000)),
            ("_100k", generated(100_000))]


def measure(place):
    ours, rival = {}, {}
    for suffix, log in logs(place):
        files = ["--train", log / "train.tsv", "--test", log / "test.tsv"]
        model = place.folder / f"pecos{suffix}"
        place.say(f"libpecos on {log.name}")
        theirs = place.rival("pecos_xlinear.py", PACKAGES, *files, "--keep", model, *([] if suffix == "" else ["--training-only"]), bare=BARE)
        place.say(f"shopkeeper on {log.name}")
        first = [] if suffix else ["--pecos", model, "--pecos-answers", model / "answers.txt"]
        figures = place.figures("extreme-ranking", *files, *first)
        if suffix == "":
            ours.update(figures), rival.update(theirs)
            ours["written_topk_equal"] = written(place, log, files)
        else:
            ours.update({key + suffix: figures[key] for key in OF_EVERY_LOG})
            rival.update({key + suffix: theirs[key] for key in OF_EVERY_LOG})
    return ours, rival


def written(place, log, files):
    """The share of queries for which libpecos, with a folder that we wrote, gives our ten labels."""
    model, folder, ours = place.folder / "ours", place.folder / "ours.pecos", place.folder / "ours.npz"
    features = place.folder / "features.npz"
    place.shopkeeper("xmr", "train", "--clicks", log / "train.tsv", "--out", model, output=False)
    place.shopkeeper("xmr", "export", "--model", model, folder, output=False)
    place.rival("pecos_answers.py", PACKAGES, "--model", folder, "--test", log / "test.tsv", "--features", features, bare=BARE)
    place.shopkeeper("xmr", "predict", "--model", model, "-x", features, "--out", ours, "--limit", 10, output=False)
    return place.rival("pecos_answers.py", PACKAGES, "--model", folder, "--test", log / "test.tsv", "--compare", ours, bare=BARE)["equal"]
