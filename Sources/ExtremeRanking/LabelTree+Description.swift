internal import LinearAlgebra

/// A tree in a form to read: each level's nodes with their children, the last one with the labels' names.
public struct LabelTreeDescription: Codable, Sendable, Equatable {
  /// For each level but the last, for each node, the numbers of its children.
  public let children: [[[Int]]]

  /// For each node above the labels, the names of its labels.
  public let clusters: [[String]]
}

extension LabelTree {
  /// The tree in a form to read and to write as JSON.
  ///
  /// - Complexity: O(L)
  public func description(_ name: (Int) -> String) -> LabelTreeDescription {
    let last = depth - 1
    return LabelTreeDescription(
      children: (0..<last).map { level in
        (0..<parentCount(level: level)).map { Array(children(of: $0, level: level)) }
      },
      clusters: (0..<parentCount(level: last)).map { cluster in
        children(of: cluster, level: last).map { name(Int(labels[$0])) }
      })
  }

  /// For each position of the last level, the numbers of the nodes from below the root to its cluster.
  ///
  /// - Complexity: O(L x depth)
  public func paths() -> [[Int]] {
    var paths: [[Int]] = [[]]
    for level in 0..<depth {
      let isLast = level == depth - 1
      var next: [[Int]] = []
      for parent in 0..<parentCount(level: level) {
        for node in children(of: parent, level: level) {
          next.append(isLast ? paths[parent] : paths[parent] + [node])
        }
      }
      paths = next
    }
    return paths
  }
}
