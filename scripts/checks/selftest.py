"""Shows each check something wrong, which it must find, and something right, which it must let pass."""

import os
import sys
import tempfile
import unittest
from pathlib import Path

import arrows
import console_blocks
import examples
import house_rules
import links
from support import ROOT, difference


class Tree(unittest.TestCase):
    """A test with a small repository of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        self.write("shopkeeper", "#!/bin/sh\necho hello $1\n").chmod(0o755)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


class Differences(unittest.TestCase):
    def test_equal_texts(self):
        self.assertIsNone(difference("a\nb", "a\nb\n"))

    def test_another_line(self):
        self.assertEqual(difference("a\nb", "a\nc\n"), "expected line 2: 'b', printed: 'c'")

    def test_missing_and_superfluous_lines(self):
        self.assertEqual(difference("a\nb", "a\n"), "expected line 2: 'b', printed: 'the end'")
        self.assertEqual(difference("a", "a\nb\n"), "expected the end, printed: 'b'")

    def test_dots_stand_for_text_and_for_lines(self):
        self.assertIsNone(difference("took ... ms", "took 12 ms"))
        self.assertIsNone(difference("a\n...\nz", "a\nb\nc\nz"))
        self.assertIsNone(difference("a\n...", "a"))
        self.assertIsNotNone(difference("a\n...\nz", "a\nb\nc"))

    def test_characters_are_literal(self):
        self.assertIsNotNone(difference("a.c", "abc"))


class ConsoleBlocks(Tree):
    def run_document(self, text):
        return console_blocks.problems(self.root, [self.write("README.md", text)], log=lambda line: None)

    def test_expected_output(self):
        text = "```console\n$ shopkeeper you\nhello you\n$ ./shopkeeper \\\n  me\nhello ...\n```\n"
        self.assertEqual(self.run_document(text), ([], 2))

    def test_other_output(self):
        wrong, _ = self.run_document("```console\n$ shopkeeper you\nhello me\n```\n")
        self.assertEqual(wrong, ["README.md:2: `shopkeeper you`: expected line 1: 'hello me', printed: 'hello you'"])

    def test_failing_command(self):
        wrong, _ = self.run_document("```console\n$ echo no >&2; exit 3\n```\n")
        self.assertEqual(wrong, ["README.md:2: `echo no >&2; exit 3` ended with 3: no\n"])

    def test_skipped_only_with_a_reason(self):
        block = "```console\n$ false\n```\n"
        self.assertEqual(self.run_document(f"<!-- check: skip because it takes an hour -->\n{block}"), ([], 0))
        self.assertEqual(len(self.run_document(f"<!-- check: skip -->\n{block}")[0]), 1)

    def test_output_before_any_command(self):
        self.assertEqual(len(self.run_document("```console\nhello\n```\n")[0]), 1)


class Examples(Tree):
    def example(self, run, expected):
        self.write("Examples/first/README.md", "# First\n")
        self.write("Examples/first/run.sh", run)
        self.write("Examples/first/expected.txt", expected)
        return examples.problems(self.root)

    def test_right(self):
        self.assertEqual(self.example("shopkeeper you\n", "hello you\n"), ([], 1))

    def test_wrong(self):
        self.assertEqual(len(self.example("shopkeeper you\n", "hello me\n")[0]), 1)
        self.assertEqual(len(self.example("shopkeeper you; false\n", "hello you\n")[0]), 1)

    def test_incomplete(self):
        self.write("Examples/second/run.sh", "true\n")
        self.assertEqual(examples.problems(self.root)[0], ["Examples/second: README.md, expected.txt is missing"])


class Links(Tree):
    def check(self, text):
        self.write("docs/b.md", "# The second page\n")
        return links.problems(self.root, [self.write("docs/a.md", text)])

    def test_right(self):
        self.assertEqual(self.check("[b](b.md#the-second-page) [up](../shopkeeper) [web](https://a.b) `[x](y)`"), [])

    def test_wrong(self):
        self.assertEqual(self.check("[c](c.md)"), ["docs/a.md: nothing at c.md"])
        self.assertEqual(self.check("[b](b.md#third)"), ["docs/a.md: no heading for b.md#third"])
        self.assertEqual(self.check("[out](../../../etc)"), ["docs/a.md: nothing at ../../../etc"])


class Arrows(unittest.TestCase):
    rows = arrows.table(
        "| module | kind | may |\n| [A](Sources/A) | mathematics | | x |\n| [B](Sources/B) | domain | | x |\n"
        "| [C](Sources/C) | domain | B | x |\n| [D](Sources/D) | domain | | x |\n| [S](Sources/S) | store | | x |\n")

    def targets(self, **uses):
        return [
            {"name": name, "path": f"Sources/{name}", "module_type": "SwiftTarget", "target_dependencies": uses.get(name, [])}
            for name in "ABCDS"]

    def imports(self, target, text, **uses):
        return arrows.import_problems(
            self.rows, self.targets(**uses), lambda one: [("file", text)] if one["name"] == target else [])

    def test_edges(self):
        self.assertEqual(arrows.edge_problems(self.rows, self.targets(B=["A"], C=["A", "B"], S=["C"])), [])
        self.assertEqual(arrows.edge_problems(self.rows, self.targets(A=["B"])), ["A -> B: B is not above A"])
        self.assertEqual(
            arrows.edge_problems(self.rows, self.targets(D=["B"])), ["D -> B: the row of D does not allow it"])

    def test_table_and_package_name_the_same_modules(self):
        self.assertEqual(
            arrows.edge_problems(self.rows, self.targets()[1:]),
            ["A is in the table of ARCHITECTURE.md but not in Package.swift"])
        fewer = {name: row for name, row in self.rows.items() if name != "A"}
        self.assertEqual(
            arrows.edge_problems(fewer, self.targets()), ["A is not in the table of ARCHITECTURE.md"])

    def test_imports(self):
        self.assertEqual(self.imports("B", "internal import A\n", B=["A"]), [])
        self.assertEqual(
            self.imports("B", "@testable import A\n"),
            ["file: imports A, which Package.swift does not declare for B"])
        self.assertEqual(self.imports("B", "", B=["A"]), ["B -> A: declared, imported nowhere"])

    def test_foundation(self):
        self.assertEqual(len(self.imports("B", "import Foundation\n")), 1)
        self.assertEqual(len(self.imports("B", "public import FoundationEssentials\n")), 1)
        self.assertEqual(self.imports("B", "internal import FoundationEssentials\n"), [])
        self.assertEqual(self.imports("S", "internal import Foundation\n"), [])


class HouseRules(unittest.TestCase):
    def check(self, name, text):
        return house_rules.problems([(name, text)])

    def test_each_rule_finds_its_violation(self):
        for name, text in [
            ("Sources/A/long.swift", "\n" * 801), ("docs/a.md", "see /home/me/file"),
            ("Tests/a.swift", "// TODO more"), ("Sources/A/a.swift", "try! f()"),
            ("Sources/A/a.swift", "fatalError(\"no\")"), ("Sources/A/a.swift", "  print(1)"),
            ("Sources/A/a.swift", "class A: @unchecked Sendable {\n  let a\n  let b\n  // @unchecked: late"),
            ("Package.swift", "-ffast-math"),
        ]:
            self.assertEqual(len(self.check(name, text)), 1, (name, text[:40]))

    def test_what_is_allowed_passes(self):
        for name, text in [
            ("Sources/A/long.swift", "\n" * 800), ("docs/a.md", "https://x.org/home/me ~/home/me $X/work/y"),
            ("Tests/a.swift", "try! f()"), ("Sources/shopkeeper/a.swift", "print(1)"),
            ("Sources/A/a.swift", "class A: @unchecked Sendable {\n  // @unchecked: immutable"),
            ("Sources/A/a.swift", "console.print(1)"), ("Sources/A/a.swift", "  /// print(1)"), ("Sources/CKernels/a.c", "-ffast-math"),
        ]:
            self.assertEqual(self.check(name, text), [], (name, text[:40]))


if __name__ == "__main__":
    os.chdir(ROOT)
    outcome = unittest.main(exit=False, verbosity=0, argv=sys.argv[:1])
    sys.exit(0 if outcome.result.wasSuccessful() else 1)
