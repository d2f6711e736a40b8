internal import Glibc
internal import Probability

/// What a model expects of a decision.
public struct Prediction: Sendable, Equatable, Codable {
  /// Mean of the score.
  public let scoreMean: Double

  /// Variance of the score.
  public let scoreVariance: Double

  /// How the score becomes a probability.
  public let link: Link

  /// Creates a prediction.
  public init(scoreMean: Double, scoreVariance: Double, link: Link) {
    self.scoreMean = scoreMean
    self.scoreVariance = scoreVariance
    self.link = link
  }

  /// Expected probability of a conversion. Probit: Φ(μ/√(1+s²)), exactly; logit: σ(μ/√(1+πs²/8)), D. J. C. MacKay, Neural
  /// Computation 4(5), 1992.
  public var probability: Double {
    switch link {
    case .probit: StandardNormal.cumulative(scoreMean / (1 + scoreVariance).squareRoot())
    case .logit: Self.logistic(scoreMean / (1 + Double.pi * scoreVariance / 8).squareRoot())
    }
  }

  /// Standard deviation of the probability under the posterior.
  ///
  /// Probit, with a = μ/√(1+s²): E[Φ²] = Φ(a) - 2 T(a, 1/√(1+2s²)), T Owen's function; logit by quadrature.
  public var probabilityDeviation: Double {
    switch link {
    case .probit:
      let a = scoreMean / (1 + scoreVariance).squareRoot()
      let expected = StandardNormal.cumulative(a)
      let slope = 1 / (1 + 2 * scoreVariance).squareRoot()
      return max(0, expected - 2 * StandardNormal.owenT(a, slope: slope) - expected * expected).squareRoot()
    case .logit:
      let deviation = scoreVariance.squareRoot()
      let moments = [1.0, 2.0].map { power in
        Self.rule.integral(over: -8...8) {
          StandardNormal.density($0) * pow(Self.logistic(scoreMean + deviation * $0), power)
        }
      }
      return max(0, moments[1] - moments[0] * moments[0]).squareRoot()
    }
  }

  private static let rule = GaussLegendre(points: 64)

  static func logistic(_ x: Double) -> Double {
    x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
  }
}
