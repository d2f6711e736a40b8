"""Holds the module arrows: the package against the table of modules in ARCHITECTURE.md, imports against the package.

The table is the order: a module uses only modules above it, and a domain module uses another domain module only
where its row names it.
"""

import json
import re
import subprocess
from collections import namedtuple

from support import ROOT, report

ROW = re.compile(r"^\| \[(\w+)\]\(Sources/\1\) \| ([\w ]+) \|([^|]*)\|", re.M)
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(public\s+|package\s+|internal\s+|fileprivate\s+|private\s+)?"
    r"import\s+(?:(?:struct|class|enum|func|protocol|typealias|let|var)\s+)?(\w+)", re.M)
PLATFORM = {"Foundation", "FoundationEssentials", "Dispatch"}

Row = namedtuple("Row", "kind may_use")


def table(text):
    """The modules of ARCHITECTURE.md in order."""
    return {name: Row(kind, set(re.findall(r"\w+", may_use))) for name, kind, may_use in ROW.findall(text)}


def edge_problems(rows, targets):
    """Edges of the package that the table does not allow."""
    wrong = []
    order = {name: place for place, name in enumerate(rows)}
    sources = {target["name"]: target for target in targets if target["path"].startswith("Sources/")}
    wrong += [f"{name} is not in the table of ARCHITECTURE.md" for name in sources if name not in rows]
    wrong += [f"{name} is in the table of ARCHITECTURE.md but not in Package.swift" for name in rows if name not in sources]
    for name, target in sources.items():
        for used in target.get("target_dependencies", []):
            if name not in rows or used not in rows:
                continue
            if order[used] >= order[name]:
                wrong.append(f"{name} -> {used}: {used} is not above {name}")
            elif rows[name].kind == rows[used].kind == "domain" and used not in rows[name].may_use:
                wrong.append(f"{name} -> {used}: the row of {name} does not allow it")
    return wrong


def import_problems(rows, targets, read):
    """Imports that Package.swift does not declare, declared modules that nobody imports, and Foundation where it
    does not belong. `read` gives the sources of a target: (file, text)."""
    wrong = []
    names = {target["name"] for target in targets}
    stores = next((place for place, row in enumerate(rows.values()) if row.kind == "store"), len(rows))
    low = set(list(rows)[:stores])
    for target in targets:
        if target["module_type"] != "SwiftTarget":
            continue
        declared = set(target.get("target_dependencies", []))
        imported = set()
        for file, text in read(target):
            for visibility, module in IMPORT.findall(text):
                imported.add(module)
                if module in names and module not in declared:
                    wrong.append(f"{file}: imports {module}, which Package.swift does not declare for {target['name']}")
                if target["name"] in low and module == "Foundation":
                    wrong.append(f"{file}: imports Foundation; below the stores FoundationEssentials must do")
                if target["name"] in low and module in PLATFORM and visibility.strip() == "public":
                    wrong.append(f"{file}: shows {module} in public API")
        if target["path"].startswith("Sources/"):
            wrong += [f"{target['name']} -> {module}: declared, imported nowhere" for module in sorted(declared - imported)]
    return wrong


def sources(target):
    for source in target["sources"]:
        if source.endswith(".swift"):
            file = f"{target['path']}/{source}"
            yield file, (ROOT / file).read_text()


if __name__ == "__main__":
    described = subprocess.run(
        ["swift", "package", "--package-path", ROOT, "describe", "--type", "json"],
        check=True, capture_output=True, text=True).stdout
    targets = json.loads(described)["targets"]
    rows = table((ROOT / "ARCHITECTURE.md").read_text())
    edges = sum(len(target.get("target_dependencies", [])) for target in targets)
    report(
        edge_problems(rows, targets) + import_problems(rows, targets, sources),
        f"{edges} arrows between {len(targets)} modules point downwards")
