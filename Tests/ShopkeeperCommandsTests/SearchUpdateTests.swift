import Learning
import ProductSearch
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// A catalogue that changes, as `search update` tells and `search query` sees it.
struct SearchUpdateTests {
  private func model(_ folder: String) throws -> String {
    let catalogue = try file(
      "c.jsonl", in: folder,
      #"{"product_id":"d1","title":"Cordless drill","brand":"Ryobi","price":99,"stock":3}"#,
      #"{"product_id":"d2","title":"Corded drill","brand":"Makita","price":49,"stock":0}"#,
      #"{"product_id":"h1","title":"Garden hose","brand":"Bosch","price":19,"stock":1}"#)
    succeed("search", "train", "--catalogue", catalogue, "--out", "\(folder)/m", "-q")
    return "\(folder)/m"
  }

  private func ids(_ model: String, _ query: String, _ more: String...) throws -> [String] {
    let arguments = ["search", "query", query, "--model", model, "--exact", "--json"] + more
    let printed = try document(run(arguments, in: .shopkeeper).output)
    return printed["results"]?.elements.compactMap { $0["id"]?.text } ?? []
  }

  @Test func `products come, are replaced, set, taken away and merged`() throws {
    try withTemporaryFolder { folder in
      let model = try model(folder)
      let changes = try file(
        "changes.jsonl", in: folder,
        #"{"id":"d3","title":"Drill press","price":199,"queries":["bench drill",  "standbohrer"]}"#,
        #"{"id":"d2","price":39.5,"stock":4}"#, #"{"id":"h1","deleted":true}"#,
        #"{"id":"nobody","deleted":true}"#,
        #"{"id":"x"}"#, "no json", #"{"id":"y","title":"saw","queries":{"sägen":0}}"#)
      let changed = shopkeeper("search", "update", "--model", model, "--changes", changes, "-q")
      #expect(changed.code == 0)
      #expect(changed.output == "1 product added (0 replaced), 1 removed, 1 set; 3 products now\n")
      #expect(
        notes(changed) == [
          "\(changes): 3 lines rejected, the first: line 5: product x: given an id alone, expected a product, a price, a stock,"
            + " or \"deleted\": true", "1 id to remove or set not found, the first nobody",
        ])
      func look() throws {
        #expect(try ids(model, "drill").sorted() == ["d1", "d2", "d3"])
        #expect(try ids(model, "hose").isEmpty)
        #expect(try ids(model, "standbohrer", "--ranker", "bm25") == [])
        #expect(try ids(model, "drill", "--filter", "price:[30 TO 50] AND stock:true") == ["d2"])
        #expect(try ids(model, "drill", "--sort", "price-descending") == ["d3", "d1", "d2"])
      }
      try look()
      let merged = shopkeeper("search", "update", "--model", model, "--merge", "--json", "-q")
      let summary = try document(merged.output)
      #expect(summary["merged"] == .bool(true) && summary["products"]?.number == 3)
      try look()
      let again = try file("again.jsonl", in: folder, #"{"id":"d1","title":"Hammer drill"}"#)
      succeed("search", "update", "--model", model, "--changes", again, "-q")
      #expect(try ids(model, "hammer") == ["d1"] && ids(model, "cordless").isEmpty)
    }
  }

  @Test func `what cannot be changed is refused`() throws {
    try withTemporaryFolder { folder in
      #expect(misuse("search", "update", "--model", folder)[0] == "give at least one of: --changes, --merge")
      let changes = try file("changes.jsonl", in: folder, #"{"id":"d3","title":"Drill press"}"#)
      #expect(
        failure("search", "update", "--model", "\(folder)/nowhere", "--changes", changes, "-q") == [
          "cannot open \(folder)/nowhere/model.json: No such file or directory"
        ])
      let nothing = try file("nothing.jsonl", in: folder, "no json")
      let model = try model(folder)
      let refused = failure("search", "update", "--model", model, "--changes", nothing, "-q")
      #expect(
        refused.first?.hasPrefix(
          "\(nothing), line 1: given 1 lines of which none is usable, expected at least one usable line.")
          == true)
    }
  }
}

/// The real program, killed while it changes a catalogue.
@Suite(.enabled(if: builtProgram != nil)) struct KilledUpdateTests {
  @Test func `what an update told is there after kills at any time, also in a merge`() throws {
    try withTemporaryFolder { folder in
      let program = try #require(builtProgram)
      let lines = (0..<60).map { #"{"product_id":"p\#($0)","title":"thing number\#($0) colour\#($0 % 5)"}"# }
      let catalogue = try file("c.jsonl", in: folder, lines.joined(separator: "\n"))
      succeed("search", "train", "--catalogue", catalogue, "--out", "\(folder)/m", "-q")
      // Each round adds products one by one, with a merge now and then, and is killed after a while.
      let printed = try runShell(
        "bash -s",
        input: """
          cd '\(folder)'
          cat > updates <<'END'
          for i in $(seq 1 1000); do
            merge=; [ $((i % 3)) = 0 ] && merge=--merge
            echo '{"id":"n'$1'x'$i'","title":"new thing added'$1'x'$i'"}' |
              '\(program)' search update --model m --changes - $merge -q > /dev/null && echo "n$1x$i"
          done
          END
          for round in 1 2 3 4 5 6; do
            setsid bash updates $round >> told 2> /dev/null & child=$!
            sleep 0.$((RANDOM % 5 + 3)); kill -9 -$child; wait $child 2> /dev/null
          done
          cat told
          """
      ).output.split(separator: "\n")
      #expect(printed.count >= 6)
      let model = try ProductSearchModel(contentsOf: "\(folder)/m")
      for id in printed {
        let results = try model.search(SearchRequest("added\(id.dropFirst())", limit: 100)).results
        #expect(results.contains { $0.id == id }, "\(id)")
      }
      // At most the change that was on its way when a round was killed is there without having been told.
      #expect(model.products >= 60 + printed.count && model.products <= 60 + printed.count + 6)
      succeed("search", "update", "--model", "\(folder)/m", "--merge", "-q")
      #expect(try ProductSearchModel(contentsOf: "\(folder)/m").products == model.products)
      let left = try names(in: folder).filter { $0.hasPrefix("m.") }
      #expect(left == [])
    }
  }
}
