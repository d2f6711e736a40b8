"""Runs every ```console block of the documents and compares what it prints.

A line that begins with `$ ` is a command, run by bash; it goes on over lines that end with a backslash. The lines
up to the next command are what it prints on standard output, where `...` stands for any text and, alone on a line,
for any lines. A command without such lines must merely succeed. All blocks of a document run in order in one
temporary folder, with `shopkeeper` on PATH. A block that cannot run here says so in the line before it:

    <!-- check: skip because it needs the network -->
"""

import re

from support import ROOT, Workspace, difference, report, tracked_files

SKIP = re.compile(r"<!-- check: skip because \S.* -->")


def blocks(text):
    """The console blocks of a document: (line number of the first line, lines, whether to skip)."""
    lines = text.split("\n")
    start, previous = None, ""
    for number, line in enumerate(lines, 1):
        if start is None:
            if line.strip() == "```console":
                start, skipped = number + 1, bool(SKIP.fullmatch(previous.strip()))
            elif line.strip():
                previous = line
        elif line.strip() == "```":
            yield start, lines[start - 1:number - 1], skipped
            start, previous = None, ""


def commands(first, lines):
    """The commands of a block: (line number, command, expected output)."""
    found = []
    goes_on = False
    for number, line in enumerate(lines, first):
        if goes_on:
            found[-1][1] += "\n" + line
            goes_on = line.endswith("\\")
        elif line.startswith("$ "):
            found.append([number, line[2:], []])
            goes_on = line.endswith("\\")
        elif found:
            found[-1][2].append(line)
        else:
            raise ValueError(f"line {number}: a console block begins with a line `$ command`")
    return [(number, command, "\n".join(output)) for number, command, output in found]


def problems(root, documents, log=print):
    """What is wrong, and how many commands ran."""
    wrong, ran = [], 0
    for document in documents:
        with Workspace(root) as workspace:
            for place, command, expected in document_commands(document, document.relative_to(root), wrong):
                log(f"  {place}: {command}")
                ran += 1
                result = workspace.run(command)
                if result.returncode != 0:
                    wrong.append(f"{place}: `{command}` ended with {result.returncode}: {result.stderr[-500:]}")
                elif expected.strip() and (how := difference(expected, result.stdout)):
                    wrong.append(f"{place}: `{command}`: {how}")
    return wrong, ran


def document_commands(document, name, wrong):
    """The commands of a document that are not skipped: (place, command, expected output)."""
    for first, lines, skipped in blocks(document.read_text()):
        try:
            found = commands(first, lines)
        except ValueError as error:
            wrong.append(f"{name}, {error}")
            continue
        if not skipped:
            yield from ((f"{name}:{number}", command, expected) for number, command, expected in found)


if __name__ == "__main__":
    wrong, ran = problems(ROOT, tracked_files(ROOT, "*.md"))
    report(wrong, f"{ran} commands print what the documents say")
