"""How XR-Linear and libpecos grow with the number of labels, on generated logs of our own generator."""
import math

PACKAGES, BARE = ["numpy<2", "scipy<1.14", "scikit-learn"], ["libpecos==1.2.8"]
SIZES = [10_000, 30_000, 100_000, 300_000, 1_000_000]


def measure(place):
    sizes = SIZES[:2] if place.quick else SIZES
    rival_sizes = [size for size in sizes if size <= (300_000 if place.options.full else 100_000)]
    logs = place.folder / "logs"
    place.say("shopkeeper, two threads")
    ours = place.figures("extreme-ranking-scale", "--threads", 2, "--logs", logs, *(["--quick"] if place.quick else []))
    rival, points = {}, []
    for size in rival_sizes:
        place.say(f"libpecos, {size} products")
        folder = logs / str(size)
        figures = place.rival("pecos_xlinear.py", PACKAGES, "--train", folder / "train.tsv", "--test", folder / "test.tsv", bare=BARE)
        key = f"{size // 1000}k"
        rival[f"train_cpu_s_{key}"] = figures["total_train_cpu_s"]
        rival[f"peak_mib_{key}"] = figures["peak_mib"]
        rival[f"bytes_per_label_{key}"] = figures["bytes_per_label_f32"]
        rival[f"query_us_{key}"] = figures["predict_single_us"] + figures["vectorise_us"]
        rival[f"recall10_{key}"] = figures["recall10"]
        points.append((math.log(figures["labels"]), math.log(figures["total_train_cpu_s"])))
    if len(points) > 1:
        x, y = (sum(values) / len(points) for values in zip(*points))
        rival["train_exponent"] = sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)
        keys = [f"query_us_{size // 1000}k" for size in rival_sizes]
        rival["query_growth"] = rival[keys[-1]] / rival[keys[0]]
    return ours, rival
