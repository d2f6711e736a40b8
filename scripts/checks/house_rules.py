"""Checks what can be checked of the rules in CONTRIBUTING.md by reading the files."""

import re

from support import ROOT, report, tracked_files

LONGEST = 800
CODE = re.compile(r"(?!.*/Fixtures/).*\.(?:swift|c|cpp|h|py|sh)")

# (files, pattern, what is wrong with it)
FORBIDDEN = [
    (r".*", r"(?<![\w.}$~-])/(?:root|home|Users|work)/\w", "an absolute path of one machine"),
    (r"(Sources|Tests)/.*", r"\b(?:TODO|FIXME|XXX)\b", "unfinished work; finish it or open an issue"),
    (r"Sources/.*\.swift", r"\btry!", "try! on data; throw"),
    (r"Sources/.*\.swift", r"\bfatalError\(", "fatalError; throw, or precondition for a programmer's error"),
    (r"Sources/(?!ShopkeeperCommands/|shopkeeper/).*\.swift", r"(?m)^(?! *//).*(?<![\w.])print\(", "a library module that prints"),
    (r"Sources/.*\.swift", r"@unchecked Sendable(?!.*\n(?:.*\n)?? *// @unchecked:)",
     "@unchecked Sendable without a line `// @unchecked: why it holds` below it"),
    (r"(?!Sources/CKernels/).*\.(?:swift|sh|c|cpp|h)", r"-ffast-math", "-ffast-math outside CKernels"),
]


def problems(files):
    """What is wrong in files given as (name, text)."""
    wrong = []
    for name, text in files:
        lines = text.count("\n")
        if CODE.fullmatch(name) and lines > LONGEST:
            wrong.append(f"{name}: {lines} lines, at most {LONGEST}")
        for where, pattern, why in FORBIDDEN:
            if re.fullmatch(where, name):
                for found in re.finditer(pattern, text):
                    wrong.append(f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {why}")
    return wrong


def readable(root):
    """Every text file of the repository except this one and its test, which spell out what they look for."""
    for path in tracked_files(root):
        name = str(path.relative_to(root))
        if name in ("scripts/checks/house_rules.py", "scripts/checks/selftest.py"):
            continue
        content = path.read_bytes()
        if b"\0" not in content[:4096]:
            yield name, content.decode(errors="replace")


if __name__ == "__main__":
    files = list(readable(ROOT))
    report(problems(files), f"{len(files)} files keep the rules")
