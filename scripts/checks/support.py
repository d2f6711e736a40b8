"""What the checks share: the repository's files, running the program, comparing what it prints."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked_files(root, *patterns):
    """The files of the repository, also new ones that are not ignored, by glob patterns of git."""
    listing = subprocess.run(
        ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        check=True, capture_output=True, text=True).stdout
    return [root / name for name in sorted(set(listing.split("\0"))) if name and (root / name).is_file()]


def report(problems, success):
    """Prints the problems and ends the process: 0 without problems, else 1."""
    for problem in problems:
        print(f"  {problem}")
    if not problems:
        print(f"  {success}")
    sys.exit(1 if problems else 0)


class Workspace:
    """An empty temporary folder with the program on PATH and, for `./shopkeeper`, beside it."""

    def __init__(self, root):
        self.root = root
        self.folder = tempfile.TemporaryDirectory(prefix="shopkeeper-check-")
        self.path = Path(self.folder.name)
        (self.path / "bin").mkdir()
        for link in (self.path / "bin/shopkeeper", self.path / "shopkeeper"):
            link.symlink_to(root / "shopkeeper")
        (self.path / "Examples").symlink_to(root / "Examples")
        self.environment = {
            **os.environ, "PATH": f"{self.path}/bin:{os.environ['PATH']}", "COLUMNS": "100", "LC_ALL": "C.UTF-8"}
        self.environment.pop("SHOPKEEPER_MODELS", None)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.folder.cleanup()

    def run(self, command, seconds=900):
        """Runs a line of shell in the folder."""
        try:
            return subprocess.run(
                ["bash", "-c", command], cwd=self.path, env=self.environment, stdin=subprocess.DEVNULL,
                capture_output=True, text=True, errors="replace", timeout=seconds)
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, 124, "", f"stopped after {seconds} s")


def difference(expected, printed):
    """The first line of what was printed that is not as expected, in words; None when all is as expected.

    In the expected text a line `...` stands for any lines, `...` inside a line for any text.
    """
    expected = [line.rstrip() for line in expected.strip("\n").split("\n")]
    printed = [line.rstrip() for line in printed.strip("\n").split("\n")]
    wanted = [None if line.strip() == "..." else line_pattern(line) for line in expected]
    # reach[j]: the expected lines so far can match the first j printed lines.
    reach = {0}
    for number, pattern in enumerate(wanted):
        if pattern is None:
            reach = set(range(min(reach), len(printed) + 1))
            continue
        following = {j + 1 for j in reach if j < len(printed) and pattern.fullmatch(printed[j])}
        if not following:
            place = min(reach)
            found = printed[place] if place < len(printed) else "the end"
            return f"expected line {number + 1}: {expected[number]!r}, printed: {found!r}"
        reach = following
    if len(printed) not in reach:
        return f"expected the end, printed: {printed[min(reach)]!r}"
    return None


def line_pattern(line):
    return re.compile(".*".join(re.escape(part) for part in line.split("...")))
