import TestSupport
import Testing

@testable import ShopkeeperCommands

/// Labels that come and go, as `xmr add` tells and other commands see them.
struct XmrAddTests {
  @Test func `labels come, are replaced, go and are merged`() throws {
    try withTemporaryFolder { folder in
      let trained = try TrainedLog(in: folder)
      let first = try text(ofFile: trained.queries).split(separator: "\n").map(String.init)[0]
      let new = try file(
        "new.tsv", in: folder, "new-1\t\(first)\t\(first)", "new-2\tzzzzqqqq", "no tab", "new-3\t\(first)")
      let added = shopkeeper("xmr", "add", "--model", trained.model, "--labels", new, "-q")
      #expect(added.code == 0)
      #expect(added.output == "2 labels added (0 replaced), 0 removed; 60 labels now\n")
      #expect(
        notes(added) == [
          "\(new): 1 line rejected, the first: line 3: given no tab, expected id<TAB>text or id<TAB>text<TAB>query",
          "1 label left out, the first new-2: the model knows no word of the text",
        ])
      let query = try file("q", in: folder, first)
      let answer = succeed("xmr", "predict", "--model", trained.model, "--text", query, "-k", "5", "-q")
      #expect(answer.contains("new-1:") && answer.contains("new-3:"))
      let gone = try file("gone", in: folder, "new-3", "nobody")
      let again = try file("again.tsv", in: folder, "new-1\t\(first)")
      let changed = shopkeeper(
        "xmr", "add", "--model", trained.model, "--labels", again, "--remove", gone, "--merge", "-q")
      #expect(changed.output == "1 label added (1 replaced), 1 removed; 59 labels now; merged\n")
      #expect(notes(changed) == ["1 name to remove not found, the first nobody"])
      let after = succeed("xmr", "predict", "--model", trained.model, "--text", query, "-k", "60", "-q")
      #expect(after.contains("new-1:") && !after.contains("new-3:"))
      #expect(succeed("xmr", "tree", "--model", trained.model).split(separator: "\n").count == 59)
    }
  }

  @Test func `what cannot be added to is refused`() throws {
    try withTemporaryFolder { folder in
      let nothing = shopkeeper("xmr", "add", "--model", folder)
      #expect(nothing.code == 2)
      #expect(notes(nothing)[0] == "error: give at least one of: --labels, --remove, --merge")
      let x = try matrix("X.npz", in: folder, columns: 3, [[(0, 1)], [(1, 1)], [(2, 1)]])
      succeed("xmr", "train", "-x", x, "-y", x, "--out", "\(folder)/m", "-q")
      let new = try file("new.tsv", in: folder, "a\tdesk")
      let refused = shopkeeper("xmr", "add", "--model", "\(folder)/m", "--labels", new, "-q")
      #expect(refused.code == 1)
      #expect(
        notes(refused) == [
          "error: model: given one whose labels are numbers, expected one whose labels have names. Train it from texts with"
            + " names: --clicks, or --text with --items."
        ])
    }
  }
}
