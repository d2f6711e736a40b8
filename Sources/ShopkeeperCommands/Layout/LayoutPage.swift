internal import Bandits
internal import FoundationEssentials
internal import Learning
internal import LinearAlgebra
internal import StoreData

/// `layout.json`: a page, its constraints, and how it is learned; everything after `widgets` may be absent.
struct LayoutPage: Codable {
  var name: String?
  var widgets: [Widget]
  var context: [LayoutContext]?
  var forbidden: [[String: String]]?
  var requires: [LayoutRequirement]?
  var model: String?
  var batch: String?
  var floor: Double?
  var seed: UInt64?

  /// Reads a description.
  ///
  /// - Throws: `FileError`; `InvalidInput` naming the file and what is wrong.
  init(contentsOf path: String) throws {
    let file = try MappedFile(path: path)
    guard file.count <= 16 << 20 else {
      throw InvalidInput(
        path, given: "\(file.count) bytes", expected: "a description of a page, at most 16 MiB")
    }
    do {
      self = try JSONValue(parsing: file.withUnsafeBytes { Array($0) }).decoded(as: Self.self)
    } catch {
      throw InvalidInput(
        path, given: "another document",
        expected: #"{"widgets":[{"name":"title","contents":["short","long"]}, ...], ...}"#)
    }
  }

  /// A policy that has seen nothing.
  ///
  /// - Throws: `InvalidInput` listing everything that is wrong.
  func policy() throws -> LayoutPolicy {
    let space = try LayoutSpace(
      widgets: widgets, context: context ?? [], forbidden: forbidden ?? [], requires: requires ?? [])
    var recipe = LayoutRecipe()
    if let model {
      guard let known = LayoutModel(rawValue: model) else {
        throw InvalidInput("model", given: model, expected: "automatic, interactions or mainEffects")
      }
      recipe.model = known
    }
    recipe.floor = floor
    _ = try refreshing()
    return try LayoutPolicy(space, recipe: recipe, seed: seed ?? 0)
  }

  /// When the model is refreshed: after so many milliseconds, or decisions.
  enum Refreshing: Equatable {
    case milliseconds(Int64)
    case decisions(Int)
  }

  /// Reads `batch`: `30s`, `10m`, `1h`, `1d`, or a number of decisions; an hour where it is absent.
  ///
  /// - Throws: `InvalidInput`.
  func refreshing() throws -> Refreshing {
    let text = batch ?? "1h"
    if let count = Int(text), count > 0 { return .decisions(count) }
    let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
    guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
      (1...1_000_000).contains(count)
    else {
      throw InvalidInput(
        "batch", given: text, expected: "a time such as 30s, 10m, 1h, 1d, or a number of decisions")
    }
    return .milliseconds(count * unit)
  }
}

/// The folder of a page that learns, as commands open it.
struct OpenLayout {
  let page: LayoutPage
  let state: LayoutState

  /// Opens a folder that `layout create` made.
  init(_ folder: String, salvages: Bool = false, _ console: Console) throws {
    page = try Self.page(in: folder)
    state = try LayoutState(folder: folder, policy: page.policy(), salvages: salvages)
    if state.removedBytes > 0 {
      console.note(
        "\(folder): the last \(state.removedBytes.counted("byte")) of the log were cut off and are removed")
    }
  }

  /// The description in a folder that `layout create` made.
  static func page(in folder: String) throws -> LayoutPage {
    let description = folder + "/layout.json"
    guard FileManager.default.fileExists(atPath: description) else {
      throw InvalidInput(
        folder, given: "a folder without layout.json", expected: "a state made by layout create")
    }
    return try LayoutPage(contentsOf: description)
  }

  /// Refreshes the model where it is due, as the page says.
  func refreshIfDue(now: Int64) throws {
    let isDue =
      switch try page.refreshing() {
      case .decisions(let count): state.decisionsSinceRefresh >= count
      case .milliseconds(let span): state.decisionsSinceRefresh > 0 && now - (state.lastRefresh ?? 0) >= span
      }
    if isDue { state.refresh(time: now) }
  }

  /// The present moment in milliseconds since 1970.
  static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}

extension OptionDefinition where Value == String {
  /// `--state DIR`: the folder of a page that learns.
  static var layoutState: Self {
    Self("state", .folder(), "The folder of the page, made by layout create.")
  }
}
