// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Warnings are errors in CI only, so that a newer compiler never breaks a user's build.
let warningsAsErrors: [SwiftSetting] =
  ProcessInfo.processInfo.environment["SHOPKEEPER_WARNINGS_AS_ERRORS"] == "1"
  ? [.treatAllWarnings(as: .error)] : []

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
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.init(stringLiteral: name), "TestSupport"] + dependencies,
    swiftSettings: settings)
}

// In dependency order: a module may only depend on modules above it. `scripts/check` holds the arrows.
let modules: [Target] = [
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
  .systemLibrary(name: "CStemmer", providers: [.apt(["libstemmer-dev"])]),
  .target(
    name: "CSimdJSON",
    linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++"), .linkedLibrary("m")]),
  .target(name: "CKernels"),
  module("LinearAlgebra", ["CKernels", "CZip"]),
  module("Probability"),
  module("Learning", ["LinearAlgebra", "Probability", "CZlib"]),
  module("TextFeatures", ["LinearAlgebra", "Learning", "CStemmer"]),
  module("ExtremeRanking", ["CKernels", "LinearAlgebra", "Probability", "Learning", "TextFeatures"]),
  module(
    "ProductSearch",
    ["CKernels", "LinearAlgebra", "Probability", "Learning", "TextFeatures", "ExtremeRanking"]),
  module("StoreData", ["LinearAlgebra", "Probability", "Learning", "CSimdJSON", "CZlib"]),
  module("StoreSimulator", ["Probability", "Learning", "StoreData"]),
  module(
    "ShopkeeperCommands",
    [
      "LinearAlgebra", "Probability", "Learning", "TextFeatures", "ExtremeRanking", "ProductSearch",
      "StoreData", "StoreSimulator",
    ]),
]

let testModules: [Target] = [
  .target(
    name: "TestSupport", dependencies: ["LinearAlgebra", "Probability", "Learning"],
    path: "Tests/TestSupport", swiftSettings: settings),
  tests(of: "LinearAlgebra", ["CKernels"]),
  tests(of: "Probability"),
  tests(of: "Learning", ["LinearAlgebra", "Probability"]),
  tests(of: "TextFeatures", ["LinearAlgebra", "Learning"]),
  tests(of: "ExtremeRanking", ["LinearAlgebra", "Probability", "Learning", "TextFeatures"]),
  tests(of: "ProductSearch", ["LinearAlgebra", "Probability", "Learning", "TextFeatures", "ExtremeRanking"]),
  tests(of: "StoreData", ["LinearAlgebra", "Learning"]),
  tests(of: "StoreSimulator", ["Probability", "StoreData"]),
  tests(of: "ShopkeeperCommands", ["LinearAlgebra", "Learning", "StoreData", "StoreSimulator"]),
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
