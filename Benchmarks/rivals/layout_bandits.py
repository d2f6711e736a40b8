"""Layout bandits of Vowpal Wabbit and MABWiser on environments with known truth, with common luck.

Every learner is frozen within a batch and learns it at its end. Options are chosen on the tuning seeds by mean regret: all of them
on the first fifth of the seeds, the better half on half of the seeds, the best quarter on all; the winner is reported on the
other seeds. Environments come as files <kind>_<seed>.json; step t converts iff number t of the seed's stream is below p.
"""
import argparse
import json
import multiprocessing
import os
import pathlib
import tempfile

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np

VW_OPTIONS = [f"{explore}{pairs} -l {rate} --cb_type mtr"
              for explore in ("--squarecb --gamma_scale 100", "--squarecb --gamma_scale 1000", "--epsilon 0.02", "--bag 5", "--bag 10")
              for pairs in ("", " -q ::") for rate in (0.05, 0.5)]
MAB_OPTIONS = ["ThompsonSampling()", "EpsilonGreedy(.02)", "EpsilonGreedy(.05)", "UCB1(alpha=.1)", "Softmax(tau=.02)", "LinTS(alpha=.3)", "LinTS(alpha=.1)", "LinTS(alpha=.05)"]


def luck(seed, steps):
    """Counter numbers: splitmix64 of (seed << 32) + t, the top 53 bits."""
    with np.errstate(over="ignore"):
        z = np.arange(steps, dtype=np.uint64) + np.uint64((seed << 32) & (2 ** 64 - 1)) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(float) * 2.0 ** -53


def load(path):
    data = json.loads(pathlib.Path(path).read_text())
    return data["sizes"], np.array(data["p"]), data["meta"]["seed"]


def vowpal_wabbit(task):
    import vowpalwabbit
    options, path, steps, batch = task
    sizes, p, seed = load(path)
    contents = np.array(np.unravel_index(np.arange(len(p)), sizes)).T
    lines = [" ".join(f"|{chr(97 + widget)} c{content}" for widget, content in enumerate(layout)) for layout in contents]
    u, draw, regret = luck(seed, steps), np.random.default_rng(seed), 0.0
    with tempfile.TemporaryDirectory() as folder:
        data, model = f"{folder}/batch", f"{folder}/model"
        for first in range(0, steps, batch):
            shares = np.full(len(p), 1 / len(p))
            if first:
                workspace = vowpalwabbit.Workspace(f"--quiet -t -i {model}")
                shares = np.array(workspace.predict("\n".join(lines)))
                workspace.finish()
                shares = shares / shares.sum()
            shown = draw.choice(len(p), size=batch, p=shares)
            won = u[first:first + batch] < p[shown]
            regret += (p.max() - p[shown]).sum()
            with open(data, "w") as file:
                for layout, converted in zip(shown, won):
                    block = list(lines)
                    block[layout] = f"0:{-int(converted)}:{shares[layout]:.8f} {lines[layout]}"
                    file.write("\n".join(block) + "\n\n")
            start = f"-i {model}" if first else f"--cb_explore_adf {options} -b 18 --random_seed {seed + 1}"
            vowpalwabbit.Workspace(f"--quiet {start} -d {data} -f {model}").finish()
    return regret


def mabwiser(task):
    from mabwiser.mab import MAB, LearningPolicy
    options, path, steps, batch = task
    _, p, seed = load(path)
    policy = eval(f"LearningPolicy.{options}", {"LearningPolicy": LearningPolicy})  # one of the list above
    contexts = {"contexts": np.ones((batch, 1))} if options.startswith("Lin") else {}
    bandit, u, draw, regret = MAB(list(range(len(p))), policy, seed=seed), luck(seed, steps), np.random.default_rng(seed), 0.0
    for first in range(0, steps, batch):
        if first == 0:
            shown = draw.integers(len(p), size=batch)
        else:
            shown = np.array(bandit.predict(**contexts) if contexts else [bandit.predict() for _ in range(batch)])
        won = (u[first:first + batch] < p[shown]).astype(int)
        regret += (p.max() - p[shown]).sum()
        (bandit.partial_fit if first else bandit.fit)(list(map(int, shown)), list(map(int, won)), **contexts)
    return regret


def chosen(pool, run, grid, tuning, o):
    """Successive halving (K. Jamieson, A. Talwalkar, AISTATS 2016): the best options, and the mean of each on the seeds it ran on."""
    found = {index: [] for index in range(len(grid))}
    left = list(found)
    for seeds, share in ((len(tuning) // 5 or 1, 2), (len(tuning) // 2 or 1, 4), (len(tuning), len(grid))):
        tasks = [(index, path) for index in left for path in tuning[len(found[index]):seeds]]
        for (index, _), regret in zip(tasks, pool.map(run, [(grid[index], path, o.steps, o.batch) for index, path in tasks], chunksize=1)):
            found[index].append(regret)
        left = sorted(left, key=lambda index: np.mean(found[index]))[:max(1, len(grid) // share)]
    return left[0], [round(float(np.mean(regrets)), 1) for regrets in found.values()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tuning", required=True, help="folder of environments on which options are chosen")
    parser.add_argument("--reporting", required=True, help="folder of environments that are reported")
    parser.add_argument("--steps", type=int, default=50_000)
    parser.add_argument("--batch", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--rivals", default="vw,mabwiser")
    o = parser.parse_args()
    result = {}
    with multiprocessing.Pool(o.jobs) as pool:
        for name, run, grid in (("vw", vowpal_wabbit, VW_OPTIONS), ("mabwiser", mabwiser, MAB_OPTIONS)):
            if name not in o.rivals.split(","):
                continue
            tuning, reporting = (sorted(map(str, pathlib.Path(folder).glob("*.json")), key=lambda f: int(f.rsplit("_", 1)[1][:-5])) for folder in (o.tuning, o.reporting))
            best, means = chosen(pool, run, grid, tuning, o)
            regrets = pool.map(run, [(grid[best], path, o.steps, o.batch) for path in reporting], chunksize=1)
            result[name] = {"options_index": best, "options": grid[best], "tuned": means, "regrets": regrets}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
