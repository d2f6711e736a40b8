extension ChoiceEstimate {
  /// The value of a dollar: the coefficient of the fee, where it is above 0 and its interval does not cover 0.
  ///
  /// Nil for models without fees; surplus in dollars is withheld then.
  public var priceCoefficient: Double? {
    guard let place = pricePlace else { return nil }
    let price = parameters[place]
    guard price.value > 0, price.verdict != .notSeparate, price.verdict != .notIdentified else { return nil }
    if let low = price.low, low <= 0 { return nil }
    return price.value
  }

  /// Which parameter is that of the fee.
  var pricePlace: Int? {
    guard let features = file.membership?.features, features.count == parameters.count else { return nil }
    return features.firstIndex { $0.kind == .fee }
  }
}
