"""Runs every example in an empty folder and compares what it prints with its expected.txt (`...` for any text)."""

from support import ROOT, Workspace, difference, report


def problems(root):
    """What is wrong, and how many examples there are."""
    wrong, count = [], 0
    for folder in sorted(path for path in (root / "Examples").glob("*") if path.is_dir()):
        count += 1
        name = folder.relative_to(root)
        missing = [part for part in ("README.md", "run.sh", "expected.txt") if not (folder / part).is_file()]
        if missing:
            wrong.append(f"{name}: {', '.join(missing)} is missing")
            continue
        with Workspace(root) as workspace:
            result = workspace.run(f"bash {name}/run.sh")
        if result.returncode != 0:
            wrong.append(f"{name}: run.sh ended with {result.returncode}: {result.stderr[-500:]}")
        elif how := difference((folder / "expected.txt").read_text(), result.stdout):
            wrong.append(f"{name}: {how}")
    return wrong, count


if __name__ == "__main__":
    wrong, count = problems(ROOT)
    report(wrong, f"{count} examples print what they should")
