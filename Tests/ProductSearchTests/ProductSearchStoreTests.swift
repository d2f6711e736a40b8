import Foundation
import Learning
import LinearAlgebra
import Probability
import Synchronization
import TestSupport
import Testing

@testable import ProductSearch

@Suite struct ProductSearchStoreTests {
  @Test func `what was changed is there for the next reader, before and after a merge`() throws {
    let shop = try changing.get()
    try withTemporaryFolder { folder in
      let path = folder + "/search"
      try shop.model.write(to: path)
      let store = try ProductSearchStore(contentsOf: path)
      let summary = try store.update(shop.late + [.remove(id: "p9"), .set(id: "p8", price: 333, stock: nil)])
      #expect(summary.added == 60 && summary.removed == 1 && summary.set == 1)
      let read = try ProductSearchModel(contentsOf: path)
      #expect(read.changeLog == ChangeLogReport(changes: 62, droppedBytes: 0))
      try store.merge()
      let merged = try ProductSearchModel(contentsOf: path)
      #expect(merged.changeLog == ChangeLogReport() && !merged.hasChanges)
      for query in shop.queries {
        for ranker in read.rankerNames {
          let found = try answers(store.snapshot, query, ranker)
          #expect(try answers(merged, query, ranker) == found, "\(ranker) \(query)")
        }
        #expect(
          try scores(answers(read, query, "xr")) == scores(answers(merged, query, "xr")), "\(query)")
      }
      #expect(try merged.countProducts(where: "price:333") == 1)
    }
  }

  @Test func `a torn tail costs the last changes alone, and damage is told`() throws {
    let shop = try changing.get()
    try withTemporaryFolder { folder in
      let (path, log) = (folder + "/search", folder + "/search/changes.log")
      try shop.model.write(to: path)
      for change in shop.late.prefix(3) { try ProductSearchStore(contentsOf: path).update([change]) }
      let whole = try bytes(ofFile: log)
      for length in stride(from: 0, through: whole.count, by: 97) {
        try write(Array(whole[..<length]), toFile: log)
        let model = try ProductSearchModel(contentsOf: path)
        #expect(model.products == ChangingShop.trained + model.changeLog.changes)
        #expect(model.changeLog.changes < 3 && model.changeLog.droppedBytes <= length)
      }
      let records = try { () -> [[UInt8]] in
        try write(whole, toFile: log)
        return try RecordLog.read(log).records
      }()
      for seed in 0..<150 {
        var generator = SeededGenerator(seed: 5, stream: UInt64(seed))
        var damaged = records
        let record = generator.integer(below: damaged.count)
        damaged[record][generator.integer(below: damaged[record].count)] = UInt8(
          generator.integer(below: 256))
        try FileManager.default.removeItem(atPath: log)
        try RecordLog(path: log).append(damaged)
        do {
          _ = try answers(ProductSearchModel(contentsOf: path), "drill", "fusion")
        } catch {
          #expect(error is FileFormatError, "seed \(seed): \(error)")
        }
      }
    }
  }

  @Test func `readers see whole changes and nothing is lost while others insert and merge`() throws {
    let shop = try changing.get()
    try withTemporaryFolder { folder in
      let path = folder + "/search"
      try shop.model.write(to: path)
      let store = try ProductSearchStore(contentsOf: path)
      let running = Atomic(true)
      let failures = Mutex<[String]>([])
      let readers = (0..<2).map { reader in
        Thread {
          while running.load(ordering: .relaxed) {
            let model = store.snapshot
            do {
              let ids = try answers(model, "drill saw", reader == 0 ? "fusion" : "bm25").map(\.id)
              if Set(ids).count != ids.count { failures.withLock { $0.append("repeated") } }
            } catch {
              failures.withLock { $0.append("\(error)") }
            }
          }
        }
      }
      let merger = Thread {
        while running.load(ordering: .relaxed) {
          do { try store.merge(on: Execution(threads: 1)) } catch {
            failures.withLock { $0.append("\(error)") }
          }
        }
      }
      for thread in readers + [merger] { thread.start() }
      for change in shop.late { try store.update([change], on: Execution(threads: 1)) }
      for (number, change) in shop.late.prefix(20).enumerated() {
        guard case .upsert(let product, _) = change else { continue }
        // A merge between the two must not lose the query.
        let query = ClickedQuery("onlyquery\(number)")
        try store.update([.upsert(product, queries: [query])], on: Execution(threads: 1))
        try store.update([.upsert(product, queries: [])], on: Execution(threads: 1))
      }
      for place in 0..<20 { try store.update([.remove(id: "p\(place)")], on: Execution(threads: 1)) }
      running.store(false, ordering: .relaxed)
      try store.merge()
      while (readers + [merger]).contains(where: \.isExecuting) { Thread.sleep(forTimeInterval: 0.01) }
      #expect(failures.withLock { $0 } == [])
      let read = try ProductSearchModel(contentsOf: path)
      #expect(read.products == 280 && store.snapshot.products == 280)
      for change in shop.late { #expect(read.names.position(of: change.id) != nil) }
      for (number, change) in shop.late.prefix(20).enumerated() {
        for model in [read, store.snapshot] {
          let found = try answers(model, "onlyquery\(number)", "bm25_clicks")
          #expect(found.contains { $0.id == change.id }, "\(number)")
        }
      }
    }
  }
}
