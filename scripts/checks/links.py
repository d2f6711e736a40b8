"""Checks that every relative link of the documents leads to a file, and its anchor to a heading."""

import re

from support import ROOT, report, tracked_files

LINK = re.compile(r"\]\(([^()\s]+)\)")


def without_code(text):
    text = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(text):
    """The anchors of a document's headings as code hosts make them."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def problems(root, documents):
    wrong = []
    for document in documents:
        name = document.relative_to(root)
        for target in LINK.findall(without_code(document.read_text())):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            goal = (document.parent / path).resolve() if path else document
            if not goal.exists() or not goal.is_relative_to(root):
                wrong.append(f"{name}: nothing at {target}")
            elif anchor and goal.suffix == ".md" and anchor not in anchors(goal.read_text()):
                wrong.append(f"{name}: no heading for {target}")
    return wrong


if __name__ == "__main__":
    documents = tracked_files(ROOT, "*.md")
    report(problems(ROOT, documents), f"the links of {len(documents)} documents lead somewhere")
