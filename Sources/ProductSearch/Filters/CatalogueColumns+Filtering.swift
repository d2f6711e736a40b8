internal import Learning
internal import LinearAlgebra
internal import TextFeatures

extension CatalogueColumns {
  /// Everything that keeps an expression from being evaluated on this catalogue.
  func violations(of expression: FilterExpression) -> [Violation] {
    var problems = Violations()
    switch expression {
    case .equals(let field, let value):
      switch columns[field] {
      case nil: problems.append(contentsOf: [unknown(field)])
      case .text: break
      case .number:
        problems.require(
          range(field, of: value) != nil, field, given: "a text", expected: "a number, true or false")
      }
    case .range(let field, let lower, let upper):
      switch columns[field] {
      case nil: problems.append(contentsOf: [unknown(field)])
      case .number: break
      case .text:
        problems.require(false, field, given: "a range", expected: "a text, as in \(field):\"...\"")
      }
      if let lower, let upper {
        problems.require(
          lower.number <= upper.number, field, given: expression.description,
          expected: "a lower bound that is not above the upper one")
      }
    case .and(let parts), .or(let parts):
      for part in parts { problems.append(contentsOf: violations(of: part)) }
    case .not(let part): problems.append(contentsOf: violations(of: part))
    }
    return problems.all
  }

  private func unknown(_ field: String) -> Violation {
    Violation(
      "filter", given: "the field \(field)",
      expected: fieldNames.isEmpty
        ? "no filter: no product has a field" : "one of \(fieldNames.joined(separator: ", "))")
  }

  /// The products for which an expression holds; it must have no violations.
  ///
  /// - Complexity: O(N / 64) for each clause, and for a text the number of its products
  func products(where expression: FilterExpression) -> ProductBitmap {
    switch expression {
    case .equals(let field, let value):
      switch columns[field] {
      case .text(let column):
        return ProductBitmap(products: products) { words in
          for number in numbers(of: value, field, column) { column.add(holdersOf: number, to: words) }
          // A product that names no market is sold everywhere.
          if field == CatalogueField.market { addMarketless(column, to: words) }
        }
      case .number(let column):
        return ProductBitmap(products: products) { words in
          if let range = range(field, of: value) { column.add(range, to: words) }
        }
      case nil: return .none(of: products)
      }
    case .range(let field, let lower, let upper):
      guard case .number(let column) = columns[field] else { return .none(of: products) }
      return ProductBitmap(products: products) { column.add(NumberRange(lower, upper), to: $0) }
    case .and(let parts):
      return parts.dropFirst().reduce(products(where: parts[0])) { $0 & products(where: $1) }
    case .or(let parts):
      return parts.dropFirst().reduce(products(where: parts[0])) { $0 | products(where: $1) }
    case .not(let part): return !products(where: part)
    }
  }

  /// The numbers of the values that a text names: itself, or the last parts of paths.
  private func numbers(of value: String, _ field: String, _ column: TextColumn) -> [Int] {
    let key = TextColumn.key(value)
    if let number = column.number(ofKey: key) { return [number] }
    guard field == CatalogueField.category else { return [] }
    return (0..<column.valueCount).filter { number in
      guard let last = column.value(number).split(separator: CatalogueField.pathSeparator).last else {
        return false
      }
      return TextColumn.key(String(last)) == key
    }
  }

  private func addMarketless(_ column: TextColumn, to words: UnsafeMutableBufferPointer<UInt64>) {
    for product in 0..<products where column.values(of: product).isEmpty {
      words[product >> 6] |= 1 << UInt64(product & 63)
    }
  }

  /// The numbers that a word stands for: itself, or yes and no, which of stocks mean some and none.
  private func range(_ field: String, of value: String) -> NumberRange? {
    switch value {
    case "true" where field == CatalogueField.stock: NumberRange(lower: 0, includesLower: false)
    case "false" where field == CatalogueField.stock: NumberRange(lower: 0, upper: 0)
    case "true" where numbers(field)?.isFlag == true: NumberRange(lower: 1, upper: 1)
    case "false" where numbers(field)?.isFlag == true: NumberRange(lower: 0, upper: 0)
    default: NumberRange.number(value).map { NumberRange(lower: $0, upper: $0) }
    }
  }
}

extension NumberRange {
  init(_ lower: FilterExpression.Bound?, _ upper: FilterExpression.Bound?) {
    if let lower { (self.lower, includesLower) = (lower.number, lower.isIncluded) }
    if let upper { (self.upper, includesUpper) = (upper.number, upper.isIncluded) }
  }
}
