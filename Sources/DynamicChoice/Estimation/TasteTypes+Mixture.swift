internal import Glibc
internal import Learning
internal import LinearAlgebra
internal import Probability

extension TasteTypes {
  /// The state of expectation-maximisation.
  struct Mixture {
    private let data: ChoiceData
    private let customers: CustomerChoices
    private var shares: [Double]
    private var thetas: [[Double]]
    private var points: [ChoiceLikelihood.Point]
    private(set) var memberships: [[Double]]
    private(set) var logLikelihood = -Double.infinity
    private(set) var path: [Double] = []
    private(set) var converged = false

    /// Steps of a type's search in one round: enough to rise, few enough to be quick.
    private static let steps = 4

    /// Tastes spread around those of all customers together.
    init(
      _ data: ChoiceData, _ customers: CustomerChoices, around pooled: StructuralEstimate,
      _ recipe: TasteTypesRecipe, start: Int
    ) {
      (self.data, self.customers) = (data, customers)
      let count = recipe.count
      var generator = SeededGenerator(seed: recipe.seed, stream: UInt64(start))
      shares = [Double](repeating: 1 / Double(count), count: count)
      thetas = (0..<count).map { _ in
        count == 1 ? pooled.theta : pooled.theta.map { $0 * (1 + 0.4 * generator.normal()) }
      }
      points = []
      memberships = [[Double]](
        repeating: [Double](repeating: 1 / Double(count), count: count), count: customers.count)
      points = thetas.map { theta in
        var likelihood = ChoiceLikelihood(problem: data.problem, counts: data.counts, start: pooled.values)
        return likelihood.evaluate(theta)
      }
    }

    /// Rounds until one gains less than the tolerance.
    mutating func run(rounds: Int, tolerance: Double, on execution: Execution) throws {
      for _ in 0..<rounds {
        try execution.cancellation.check()
        let before = logLikelihood
        assign()
        // No type has values: another start will.
        guard logLikelihood.isFinite else { return }
        path.append(logLikelihood)
        execution.progress.report(
          ProgressEvent(
            stage: "looking for types", completed: path.count, total: nil,
            figure: ("log-likelihood", logLikelihood)))
        if logLikelihood - before < tolerance {
          converged = true
          return
        }
        try maximise(execution)
      }
      assign()
    }

    /// The probability of each type for each customer, and the log-likelihood.
    private mutating func assign() {
      let logs = points.map { point in point.policy.map { log(max($0, 1e-300)) } }
      guard logs.contains(where: { !$0.isEmpty }) else {
        logLikelihood = -.infinity
        return
      }
      logLikelihood = 0
      for customer in 0..<customers.count {
        var terms = shares.map { log(max($0, 1e-300)) }
        for place in customers.starts[customer]..<customers.starts[customer + 1] {
          let (cell, weight) = (Int(customers.cells[place]), weight(place))
          for k in terms.indices where !logs[k].isEmpty { terms[k] += weight * logs[k][cell] }
        }
        // A type whose values could not be solved is nobody's.
        for k in terms.indices where logs[k].isEmpty { terms[k] = -.infinity }
        let largest = terms.max() ?? 0
        let sum = terms.reduce(0) { $0 + exp($1 - largest) }
        logLikelihood += largest + log(sum)
        for k in terms.indices { memberships[customer][k] = exp(terms[k] - largest) / sum }
      }
    }

    private mutating func maximise(_ execution: Execution) throws {
      let quiet = Execution(threads: 1, cancellation: execution.cancellation)
      for k in shares.indices {
        shares[k] = memberships.reduce(0) { $0 + $1[k] } / Double(customers.count)
        var likelihood = ChoiceLikelihood(
          problem: data.problem, counts: try counts(of: k),
          start: points[k].values.isEmpty ? nil : points[k].values)
        var search = LikelihoodSearch(limit: Self.steps)
        search.outerProductSteps = Self.steps
        let found = try search.maximise(&likelihood, from: thetas[k], on: quiet)
        guard found.point.value.isFinite else { continue }
        (thetas[k], points[k]) = (found.point.theta, found.point)
      }
    }

    private func weight(_ place: Int) -> Double { customers.weights.isEmpty ? 1 : customers.weights[place] }

    private func counts(of type: Int) throws -> ChoiceCounts {
      var values = [Double](repeating: 0, count: data.counts.values.count)
      for customer in 0..<customers.count {
        let own = memberships[customer][type]
        for place in customers.starts[customer]..<customers.starts[customer + 1] {
          values[Int(customers.cells[place])] += own * weight(place)
        }
      }
      return try ChoiceCounts(
        stateCount: data.counts.stateCount, actionCount: data.counts.actionCount, values: values)
    }

    /// Orders the types by one of their parameters.
    mutating func sort(by parameter: Int) {
      let order = shares.indices.sorted { thetas[$0][parameter] < thetas[$1][parameter] }
      (shares, thetas, points) = (
        order.map { shares[$0] }, order.map { thetas[$0] }, order.map { points[$0] }
      )
      memberships = memberships.map { own in order.map { own[$0] } }
    }

    /// The types with their errors.
    func types(on execution: Execution) throws -> [Member] {
      let count = thetas[0].count
      let covariance = information().map { InformationDiagnosis($0).covariance }
      return try shares.indices.compactMap { k -> Member? in
        let choices = try counts(of: k)
        // A type that every customer left.
        guard choices.total > 0 else { return nil }
        var point = points[k]
        let part = k * count..<(k + 1) * count
        if let covariance {
          var own = DoubleMatrix(rows: count, columns: count)
          for i in 0..<count {
            for j in 0..<count { own[i, j] = covariance[part.lowerBound + i, part.lowerBound + j] }
          }
          // What is not known of the types counts too, so the information is the inverse of the joint covariance's part.
          if let inverse = CholeskyFactor(own)?.inverse() { point.information = inverse }
        }
        let estimate = try StructuralEstimate(
          method: "nfxp",
          data: ChoiceData(problem: data.problem, counts: choices),
          result: .init(point: point, converged: true), ridge: 0, errors: .given, on: execution)
        return Member(
          share: shares[k], shareError: covariance.flatMap { shareError(k, $0, from: shares.count * count) },
          estimate: estimate, choices: choices)
      }
    }

    /// The error of a share; the last share is 1 less the others.
    private func shareError(_ type: Int, _ covariance: DoubleMatrix, from start: Int) -> Double? {
      let free = shares.count - 1
      guard free >= 1 else { return nil }
      if type < free { return max(0, covariance[start + type, start + type]).squareRoot() }
      var sum = 0.0
      for i in 0..<free { for j in 0..<free { sum += covariance[start + i, start + j] } }
      return max(0, sum).squareRoot()
    }

    /// The sum over customers of outer products of their scores in all tastes and all shares but the last; nil where values
    /// cannot be solved.
    private func information() -> DoubleMatrix? {
      let (count, free) = (thetas[0].count, shares.count - 1)
      let tables = zip(thetas, points).map { theta, point -> [Double]? in
        var likelihood = ChoiceLikelihood(problem: data.problem, counts: data.counts, start: point.values)
        return likelihood.scores(theta)
      }
      let width = shares.count * count + free
      var information = DoubleMatrix(rows: width, columns: width)
      var score = [Double](repeating: 0, count: width)
      for customer in 0..<customers.count {
        let own = memberships[customer]
        for i in score.indices { score[i] = 0 }
        for place in customers.starts[customer]..<customers.starts[customer + 1] {
          let (cell, weight) = (Int(customers.cells[place]), weight(place))
          for (k, table) in tables.enumerated() {
            guard let table else { return nil }
            for j in 0..<count { score[k * count + j] += own[k] * weight * table[cell * count + j] }
          }
        }
        for k in 0..<free {
          score[shares.count * count + k] =
            own[k] / max(shares[k], 1e-300) - own[free] / max(shares[free], 1e-300)
        }
        for i in 0..<width { for j in 0...i { information[i, j] += score[i] * score[j] } }
      }
      for i in 0..<width { for j in 0..<i { information[j, i] = information[i, j] } }
      return information
    }
  }
}
