public import Bandits
internal import Learning
internal import LinearAlgebra

/// A layout policy whose events are on disk: after a crash it is the same again, bit for bit.
///
///     let state = try LayoutState(folder: "state", policy: policy)
///     let answer = try state.decide(context: [:], time: now)
///     try state.commit()               // before the answer leaves the house
public final class LayoutState {
  /// The policy after all events.
  public private(set) var policy: LayoutPolicy

  /// When the model was refreshed last, in milliseconds since 1970; nil where it never was.
  public private(set) var lastRefresh: Int64?

  /// Decisions since then.
  public private(set) var decisionsSinceRefresh = 0

  /// Bytes of an event that a crash had cut off and that were removed.
  public var removedBytes: Int { journal.removedBytes }

  /// Events so far.
  public var eventCount: UInt64 { journal.nextSequence }

  private let journal: EventJournal

  /// Opens the state of a folder; `policy` is the one that has seen nothing.
  ///
  /// - Throws: ``FileError``; ``FileFormatError`` naming a damaged line; ``InvalidInput`` when another process has it open.
  /// - Complexity: O(events), and the refreshes among them
  public init(folder: String, policy: LayoutPolicy, salvages: Bool = false) throws {
    var replayed = policy
    var (last, since) = (Int64?.none, 0)
    let parser = JSONParser(maximumBytes: 1 << 20)
    journal = try EventJournal(folder: folder, salvages: salvages) { sequence, bytes in
      let event = try Self.event(Array(bytes), sequence, policy.space, folder, parser)
      replayed.take(event)
      switch event {
      case .decision: since += 1
      case .refresh(let time): (last, since) = (time, 0)
      case .reward: break
      }
    }
    self.policy = replayed
    (lastRefresh, decisionsSinceRefresh) = (last, since)
  }

  private static func event(
    _ bytes: [UInt8], _ sequence: UInt64, _ space: LayoutSpace, _ folder: String, _ parser: JSONParser
  ) throws -> LayoutEvent {
    let padded = bytes + [UInt8](repeating: 0, count: LineReader.padding)
    return try padded.withUnsafeBytes { buffer in
      do {
        return try LayoutEvent(parser.parse(buffer.part(0..<bytes.count)), sequence, space)
      } catch let rejection as Rejection {
        throw FileFormatError(
          path: EventJournal.path(folder), place: "event \(sequence)", given: rejection.reason,
          expected: "an event of this page", advice: "Use the folder with the page that it was created for.")
      }
    }
  }

  /// The decisions in the log of a folder, in their order.
  ///
  /// - Throws: ``FileError``, ``FileFormatError``.
  public static func decisions(in folder: String, _ space: LayoutSpace) throws -> [LayoutDecision] {
    let parser = JSONParser(maximumBytes: 1 << 20)
    return try EventJournal.read(folder: folder).enumerated().compactMap { sequence, bytes in
      guard case .decision(let decision) = try event(bytes, UInt64(sequence), space, folder, parser) else {
        return nil
      }
      return decision
    }
  }

  /// Chooses a layout and records it.
  ///
  /// - Throws: ``InvalidInput`` when the context does not fit the page.
  public func decide(context: [String: String], time: Int64) throws -> LayoutPolicy.Answer {
    let numbers = try policy.contextNumbers(context)
    let answer = policy.decide(context: numbers, sequence: journal.nextSequence, time: time)
    if case .layout(let decision) = answer { record(.decision(decision)) }
    return answer
  }

  /// Records what came of a decision.
  public func reward(_ reward: LayoutReward) -> RewardReceipt { record(.reward(reward)) ?? .recorded }

  /// Lets the model take everything so far into account.
  public func refresh(time: Int64) { record(.refresh(time: time)) }

  /// Waits until the disk has every event so far.
  ///
  /// - Throws: ``FileError``.
  public func commit() throws { try journal.commit() }

  @discardableResult
  private func record(_ event: LayoutEvent) -> RewardReceipt? {
    _ = journal.append { event.write(into: &$0, policy.space) }
    switch event {
    case .decision: decisionsSinceRefresh += 1
    case .refresh(let time): (lastRefresh, decisionsSinceRefresh) = (time, 0)
    case .reward: break
    }
    return policy.take(event)
  }
}

extension LayoutEvent {
  func write(into json: inout JSONText, _ space: LayoutSpace) {
    switch self {
    case .decision(let decision):
      json.member("event", "decision")
      json.member("time", Int(decision.time))
      json.key("layout")
      json.numbers(decision.layout.map { Double($0) })
      json.key("context")
      json.numbers(decision.context.map { Double($0) })
      json.member("propensity", decision.propensity)
      json.member("explored", decision.isExplored ? 1 : 0)
      json.member("version", decision.version)
    case .reward(let reward):
      json.member("event", "reward")
      json.member("decision_id", reward.decision)
      json.member("kind", reward.kind)
      json.member("value", reward.value)
      json.member("time", Int(reward.time))
    case .refresh(let time):
      json.member("event", "refresh")
      json.member("time", Int(time))
    }
  }

  init(_ object: JSONElement, _ sequence: UInt64, _ space: LayoutSpace) throws(Rejection) {
    func whole(_ name: StaticString) throws(Rejection) -> Int64 {
      guard let value = object[name]?.integer else {
        throw Rejection("\(name)", given: "nothing", expected: "a whole number")
      }
      return value
    }
    let time = try whole("time")
    switch object["event"]?.text {
    case "decision":
      let layout = object["layout"]?.elements.compactMap { $0.integer.map { Int($0) } } ?? []
      let context = object["context"]?.elements.compactMap { $0.integer.map { Int($0) } } ?? []
      guard layout.count == space.sizes.count, zip(layout, space.sizes).allSatisfy({ $0 >= 0 && $0 < $1 }),
        context.count == space.context.count,
        zip(context, space.context).allSatisfy({ $0 >= 0 && $0 < $1.values.count }),
        let propensity = object["propensity"]?.number
      else { throw Rejection("layout", given: "one of another page", expected: "a layout of this page") }
      self = .decision(
        LayoutDecision(
          sequence: sequence, time: time, layout: layout, context: context, propensity: propensity,
          isExplored: object["explored"]?.integer == 1, version: Int(try whole("version"))))
    case "reward":
      guard let decision = object["decision_id"]?.text, let kind = object["kind"]?.text,
        let value = object["value"]?.number
      else { throw Rejection("reward", given: "parts of one", expected: "decision_id, kind and value") }
      self = .reward(LayoutReward(decision: decision, kind: kind, value: value, time: time))
    case "refresh": self = .refresh(time: time)
    default: throw Rejection("event", given: "another kind", expected: "decision, reward or refresh")
    }
  }
}
