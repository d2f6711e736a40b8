internal import Bandits
internal import Learning
internal import LinearAlgebra
internal import Synchronization

/// Runs policies on environments with common luck.
struct LayoutStudy {
  typealias Policy = (name: String, recipe: LayoutRecipe)

  var steps: Int
  var batch: Int

  /// Policies by name, with commas; all where none are named.
  static func policies(named names: String?) throws -> [Policy] {
    let all = BenchBanditsLayoutsCommand.all
    guard let names else { return all }
    return try names.split(separator: ",").map { name in
      guard let policy = all.first(where: { $0.name == name }) else {
        throw UsageError("policy \(name): there are \(all.map(\.name).joined(separator: ", "))")
      }
      return policy
    }
  }

  /// The environments of a folder, or generated ones of kinds with commas and seeds FIRST:END.
  static func environments(
    folder: String?, kinds: String, seeds: String, atMost: UInt64 = .max
  ) throws -> [(String, [LayoutEnvironment])] {
    if let folder { return try LayoutEnvironmentFile.read(folder: folder) }
    let ends = seeds.split(separator: ":").compactMap { UInt64($0) }
    guard ends.count == 2, ends[0] < ends[1], ends[1] - ends[0] <= 100_000 else {
      throw UsageError("seeds \(seeds): give FIRST:END, for example 200:300")
    }
    let range = ends[0]..<ends[0] + min(ends[1] - ends[0], atMost)
    return try kinds.split(separator: ",").map { kind in
      guard let family = LayoutEnvironment.Family(rawValue: String(kind)) else {
        let known = LayoutEnvironment.Family.allCases.map(\.rawValue)
        throw UsageError("kind \(kind): there are \(known.joined(separator: ", "))")
      }
      return (String(kind), try range.map { try LayoutEnvironment(family, seed: $0) })
    }
  }

  /// Results by policy, then environment.
  func run(
    _ chosen: [Policy], on environments: [LayoutEnvironment], kind: String, _ execution: Execution
  ) throws -> [[LayoutSimulation.Result]] {
    var simulation = LayoutSimulation()
    (simulation.steps, simulation.batch) = (steps, batch)
    let settled = simulation
    let runs = chosen.count * environments.count
    let done = Atomic<Int>(0)
    let results = try concurrentMap(count: runs, threads: execution.threads, scratch: {}) { _, run in
      let result = try settled.run(
        chosen[run % chosen.count].recipe, on: environments[run / chosen.count], execution: execution)
      let completed = done.add(1, ordering: .relaxed).newValue
      execution.progress.report(ProgressEvent(stage: kind, completed: completed, total: runs))
      return result
    }
    return chosen.indices.map { policy in environments.indices.map { results[$0 * chosen.count + policy] } }
  }
}
