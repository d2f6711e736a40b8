// swift-tools-version: 6.2
import PackageDescription

// Outside the main package, so that its flags never reach it; scripts/fuzz builds it. A library, because libFuzzer
// brings the main function, which the package manager would define once more for an executable.
let package = Package(
  name: "fuzz",
  products: [.library(name: "Fuzz", type: .static, targets: ["Fuzz"])],
  dependencies: [.package(name: "shopkeeper", path: "..")],
  targets: [
    .target(
      name: "Fuzz",
      dependencies: [
        "LinearAlgebra", "Learning", "ExtremeRanking", "QueryCompletion", "DynamicChoice", "PolicyEvaluation",
        "StoreData",
      ].map {
        .product(name: $0, package: "shopkeeper")
      })
  ],
  swiftLanguageModes: [.v6]
)
