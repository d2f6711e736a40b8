/// How choice probabilities are estimated from counts.
public enum PolicyStep: String, Codable, Sendable, CaseIterable {
  /// Counts shrunk to the pooled shares by empirical Bayes.
  case counts
  /// Counts with half a choice added to each action.
  case halfCounts = "half-counts"
  /// The shares of the counts as they are, for counts of a whole population.
  case exactShares = "shares"
  /// A ridge logit on the columns that describe the states.
  case logit
  /// Counts shrunk to that logit by empirical Bayes.
  case countsOnLogit = "counts-logit"
  /// Log-odds of the counts shrunk to that logit's, or to those of the pooled shares where nothing describes the states.
  case logOdds = "log-odds"
  /// Counts shrunk to a logit that also has the products of those pairs of variables that pass a score test.
  case sieve
  /// Counts shrunk to a logit on the last hidden layer of a network that was trained to predict the choices.
  case network

  /// Whether states must be described by columns.
  var needsDesign: Bool {
    switch self {
    case .counts, .halfCounts, .exactShares, .logOdds: false
    case .logit, .countsOnLogit, .sieve, .network: true
    }
  }
}
