// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Warnings are errors in CI only, so that a newer compiler never breaks a user's build.
let strict = ProcessInfo.processInfo.environment["SHOPKEEPER_WARNINGS_AS_ERRORS"] == "1"
let warningsAsErrors: [SwiftSetting] = strict ? [.treatAllWarnings(as: .error)] : []
let warningsAsErrorsInC: [CSetting] = strict ? [.enableWarning("all"), .treatAllWarnings(as: .error)] : []
let warningsAsErrorsInCxx: [CXXSetting] =
  strict ? [.enableWarning("all"), .treatAllWarnings(as: .error)] : []

let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ] + warningsAsErrors

/// A module under `Sources/` with the house's settings.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one module, always with the shared support (contract, fixtures, assertions).
///
/// A folder `Fixtures` beside the tests is theirs; they find it through `#filePath`.
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  let fixtures = "\(Context.packageDirectory)/Tests/\(name)Tests/Fixtures"
  return .testTarget(
    name: "\(name)Tests", dependencies: [.init(stringLiteral: name), "TestSupport"] + dependencies,
    exclude: FileManager.default.fileExists(atPath: fixtures) ? ["Fixtures"] : [],
    swiftSettings: settings)
}

// In dependency order: a module may only depend on modules above it. `scripts/check` holds the arrows.
let modules: [Target] = [
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
  .systemLibrary(name: "CStemmer", providers: [.apt(["libstemmer-dev"])]),
  .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-serial-dev"])]),
  .systemLibrary(name: "CLapacke", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
  .target(
    name: "CSimdJSON", cxxSettings: warningsAsErrorsInCxx,
    linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++"), .linkedLibrary("m")]),
  .target(name: "CKernels", cSettings: warningsAsErrorsInC),
  module("LinearAlgebra", ["CKernels", "CZip", "COpenBLAS", "CLapacke"]),
  module("Probability"),
  module("Learning", ["LinearAlgebra", "Probability", "CZlib"]),
  module("TabularLearning", ["CKernels", "LinearAlgebra", "Probability", "Learning"]),
  module("TextFeatures", ["LinearAlgebra", "Learning", "CStemmer"]),
  module("ExtremeRanking", ["CKernels", "LinearAlgebra", "Probability", "Learning", "TextFeatures"]),
  module(
    "QueryCompletion",
    ["LinearAlgebra", "Probability", "Learning", "TabularLearning", "TextFeatures", "ExtremeRanking"]),
  module(
    "ProductSearch",
    [
      "CKernels", "LinearAlgebra", "Probability", "Learning", "TabularLearning", "TextFeatures",
      "ExtremeRanking",
    ]),
  module("ChoiceModels", ["CKernels", "LinearAlgebra", "Probability", "Learning"]),
  module(
    "AssortmentPlanning", ["CKernels", "LinearAlgebra", "Probability", "Learning", "ChoiceModels"]),
  module("PolicyEvaluation", ["Probability", "Learning"]),
  module("Bandits", ["LinearAlgebra", "Probability", "Learning", "PolicyEvaluation"]),
  module("DynamicChoice", ["CKernels", "LinearAlgebra", "Probability", "Learning"]),
  module(
    "StoreData",
    [
      "LinearAlgebra", "Probability", "Learning", "QueryCompletion", "PolicyEvaluation", "Bandits",
      "DynamicChoice", "CSimdJSON", "CZlib",
    ]),
  module(
    "StoreSimulator",
    [
      "LinearAlgebra", "Probability", "Learning", "QueryCompletion", "ChoiceModels", "Bandits",
      "DynamicChoice",
      "StoreData",
    ]),
  module(
    "ShopkeeperCommands",
    [
      "LinearAlgebra", "Probability", "Learning", "TextFeatures", "ExtremeRanking", "QueryCompletion",
      "ProductSearch", "PolicyEvaluation", "Bandits", "ChoiceModels", "AssortmentPlanning", "DynamicChoice",
      "StoreData", "StoreSimulator",
    ]),
]

let testModules: [Target] = [
  // A solver of linear programs that tests hold results to; no product links it.
  .systemLibrary(
    name: "CClp", path: "Tests/CClp", pkgConfig: "clp", providers: [.apt(["coinor-libclp-dev"])]),
  .target(
    name: "TestSupport", dependencies: ["LinearAlgebra", "Probability", "Learning"],
    path: "Tests/TestSupport", swiftSettings: settings),
  tests(of: "LinearAlgebra", ["CKernels", "Probability"]),
  tests(of: "Probability"),
  tests(of: "Learning", ["LinearAlgebra", "Probability"]),
  tests(of: "TabularLearning", ["LinearAlgebra", "Probability", "Learning"]),
  tests(of: "TextFeatures", ["LinearAlgebra", "Probability", "Learning"]),
  tests(of: "ExtremeRanking", ["CKernels", "LinearAlgebra", "Probability", "Learning", "TextFeatures"]),
  tests(
    of: "QueryCompletion",
    ["LinearAlgebra", "Probability", "Learning", "TextFeatures", "ExtremeRanking"]),
  tests(
    of: "ProductSearch",
    [
      "TabularLearning", "LinearAlgebra", "Probability", "Learning", "TextFeatures", "ExtremeRanking",
    ]),
  tests(of: "ChoiceModels", ["CClp", "LinearAlgebra", "Probability", "Learning"]),
  tests(of: "AssortmentPlanning", ["CClp", "LinearAlgebra", "Probability", "Learning", "ChoiceModels"]),
  tests(of: "PolicyEvaluation", ["Probability", "Learning"]),
  tests(of: "Bandits", ["LinearAlgebra", "Probability", "Learning", "PolicyEvaluation"]),
  tests(of: "DynamicChoice", ["LinearAlgebra", "Probability", "Learning"]),
  tests(
    of: "StoreData",
    [
      "LinearAlgebra", "Probability", "Learning", "QueryCompletion", "PolicyEvaluation", "Bandits",
      "DynamicChoice",
    ]),
  tests(
    of: "StoreSimulator",
    ["LinearAlgebra", "Probability", "Learning", "QueryCompletion", "Bandits", "StoreData"]),
  tests(
    of: "ShopkeeperCommands",
    [
      "shopkeeper", "LinearAlgebra", "Probability", "Learning", "PolicyEvaluation", "Bandits", "StoreData",
      "StoreSimulator", "ProductSearch", "DynamicChoice",
    ]),
]

let package = Package(
  name: "shopkeeper",
  products: [.executable(name: "shopkeeper", targets: ["shopkeeper"])]
    + modules.filter { $0.type == .regular && !$0.name.hasPrefix("C") }
    .map { .library(name: $0.name, targets: [$0.name]) },
  targets: modules + [
    .executableTarget(
      name: "shopkeeper", dependencies: ["ShopkeeperCommands"], swiftSettings: settings)
  ] + testModules,
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17,
  cxxLanguageStandard: .gnucxx20
)
