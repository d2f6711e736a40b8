internal import Learning

extension SampleMembership {
  /// The sample membership with a first benefit that the second one follows: with chance `slip` a month the level of video is
  /// drawn anew, else it is that of shipping.
  ///
  /// At a slip of 0 the two never differ and only their sum is identified.
  ///
  /// - Throws: never for a slip of 0 to 1.
  public static func together(slip: Double) throws -> MembershipSimulator {
    var document = document
    if case .object(var root) = document, case .array(let blocks)? = root["blocks"] {
      let components = ["ship", "video"].map { name -> JSONValue in
        .object(["name": .string(name), "levels": .integer(3)])
      }
      root["blocks"] = .array(
        [.object(["name": .string("ship+video"), "by": .string("class"), "components": .array(components)])]
          + blocks.dropFirst(2))
      document = .object(root)
    }
    var moved = chains
    var joint: [String: [[Double]]] = [:]
    for (kind, rows) in moved.byBlock["ship"] ?? [:] {
      joint[kind] = (0..<9).map { from in
        var row = [Double](repeating: 0, count: 9)
        for (ship, probability) in rows[from / 3].enumerated() {
          for video in 0..<3 {
            row[3 * ship + video] += probability * ((video == ship ? 1 - slip : 0) + slip / 3)
          }
        }
        return row
      }
    }
    (moved.byBlock["ship"], moved.byBlock["video"], moved.byBlock["ship+video"]) = (nil, nil, joint)
    var simulator = try MembershipSimulator(model: MembershipModel(document), theta: theta, chains: moved)
    simulator.firstLevels = ["ship+video": [0, 4, 8]]
    return simulator
  }
}
