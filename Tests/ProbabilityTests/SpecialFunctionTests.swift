import Probability
import TestSupport
import Testing

/// Expected values come from mpmath 1.3 with 40 digits.
@Suite struct SpecialFunctionTests {
  @Test(arguments: [
    (-100, -5005.524208694205), (-40, -804.6084420137538), (-20.5, -214.0667289632638),
    (-19.5, -194.0169657774975), (-8, -35.01343715991455), (-1, -1.8410216450092636),
    (0, -0.6931471805599453), (1, -0.17275377902344988), (8, -6.220960574271786e-16),
  ])
  func `the normal distribution's logarithm is exact in both tails`(x: Double, expected: Double) {
    #expect(isClose(StandardNormal.logCumulative(x), to: expected, relative: 1e-14))
    let slope = (StandardNormal.logCumulative(x + 1e-5) - StandardNormal.logCumulative(x - 1e-5)) / 2e-5
    if x < 5 { #expect(isClose(StandardNormal.hazard(x), to: slope, relative: 1e-6)) }
  }

  @Test(arguments: [
    (1e-300, -37.0470962993612), (1e-20, -9.262340089798407), (0.025, -1.9599639845400543),
    (0.3, -0.5244005127080408), (0.5, 0), (0.975, 1.9599639845400538),
  ])
  func `a normal quantile has 15 digits`(p: Double, expected: Double) {
    #expect(isClose(StandardNormal.quantile(p), to: expected, relative: 1e-15, absolute: 1e-16))
  }

  @Test func `normal quantiles at the ends are infinite`() {
    #expect(StandardNormal.quantile(0) == -.infinity && StandardNormal.quantile(1) == .infinity)
  }

  @Test(arguments: [
    (0.01, -100.56088545786868, 10001.621213528313), (0.5, -1.9635100260214235, 4.934802200544679),
    (1, -0.5772156649015329, 1.6449340668482264), (3.7, 1.1671535393615113, 0.31003785767003833),
    (25, 3.198742512851974, 0.04081066325722558),
  ])
  func `digamma and trigamma`(x: Double, digamma: Double, trigamma: Double) {
    #expect(isClose(GammaFunctions.digamma(x), to: digamma, relative: 1e-13))
    #expect(isClose(GammaFunctions.trigamma(x), to: trigamma, relative: 1e-12))
  }

  @Test(arguments: [
    (0.5, 0.1, 0.345279153981423, 0.654720846018577), (2, 1, 0.26424111765711533, 0.7357588823428847),
    (5, 12, 0.992399609318933, 0.007600390681066996), (30, 20, 0.02181821752555739, 0.9781817824744427),
    (100, 160, 0.999999855797755, 1.4420224505352737e-07),
  ])
  func `both sides of the incomplete gamma function`(a: Double, x: Double, lower: Double, upper: Double) {
    #expect(isClose(GammaFunctions.regularizedLower(shape: a, x), to: lower, relative: 1e-13))
    #expect(isClose(GammaFunctions.regularizedUpper(shape: a, x), to: upper, relative: 1e-12))
  }

  @Test(arguments: [
    (0.5, 0.5, 0.2, 0.2951672353008666), (2, 3, 0.4, 0.5248), (10, 1, 0.9, 0.3486784401000001),
    (50, 60, 0.5, 0.8309072939016694), (0.1, 5, 0.01, 0.7690889207843463),
  ])
  func `the incomplete beta function and its inverse`(a: Double, b: Double, x: Double, expected: Double) {
    #expect(isClose(BetaFunctions.regularized(a, b, x), to: expected, relative: 1e-13))
    #expect(isClose(BetaFunctions.quantile(a, b, expected), to: x, relative: 1e-10))
  }

  @Test(arguments: [1, 2.5, 9, 200]) func `quantiles invert distributions`(degrees: Double) {
    for p in [0.001, 0.025, 0.4, 0.9, 0.999] {
      let t = StudentT(degreesOfFreedom: degrees)
      #expect(isClose(t.cumulative(t.quantile(p)), to: p, relative: 1e-10))
      let chi = ChiSquared(degreesOfFreedom: degrees)
      #expect(isClose(chi.cumulative(chi.quantile(p)), to: p, relative: 1e-10))
      #expect(isClose(chi.upperTail(chi.quantile(p)), to: 1 - p, relative: 1e-9))
    }
  }

  @Test func `Student's distribution with one degree of freedom is Cauchy's`() {
    #expect(isClose(StudentT(degreesOfFreedom: 1).quantile(0.75), to: 1, relative: 1e-12))
    #expect(isClose(ChiSquared(degreesOfFreedom: 1).quantile(0.95), to: 3.841458820694124, relative: 1e-12))
  }
}
