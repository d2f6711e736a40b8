internal import Learning
internal import LinearAlgebra

extension StructuralEstimate {
  /// Judges the end of a search: errors, verdicts, status.
  ///
  /// - Throws: what the dynamics throw; `CancellationError`.
  init(
    method: String, data: ChoiceData, result: LikelihoodSearch.Result, ridge: Double, errors: StandardErrors,
    on execution: Execution
  ) throws {
    let names = data.problem.features.names
    var point = result.point
    if point.information.rows != names.count {
      point.information = DoubleMatrix(rows: names.count, columns: names.count)
    }
    var penalised = point.information
    penalised.addToDiagonal(ridge)
    let diagnosis = InformationDiagnosis(point.information)
    let inverse = ridge > 0 ? InformationDiagnosis(penalised).covariance : diagnosis.covariance
    if diagnosis.conditionIndex == nil, ridge == 0 {
      point.theta = Self.shortest(point.theta, in: point.information)
    }
    let isBounded = Self.isBounded(point, data)
    var status = FitStatus.converged
    if !point.value.isFinite {
      status = .diverged
    } else if ridge == 0, !isBounded {
      status = .notIdentified([
        "the choices are predicted perfectly by the features, so the parameters have no bound; use a ridge"
      ])
    } else if ridge == 0, diagnosis.conditionIndex == nil {
      status = .notIdentified(Self.reasons(diagnosis, names))
    } else if !result.converged {
      status = .iterationLimit
    }
    var covariance: DoubleMatrix?
    var responses: DoubleMatrix?
    if point.value.isFinite, isBounded || ridge > 0 {
      covariance = inverse
      if errors == .twoStep, let dynamics = data.dynamics {
        let found = try TwoStepErrors(
          inverse, theta: point.theta, data: data, dynamics: dynamics, values: point.values,
          on: execution)
        (covariance, responses) = (found.covariance, found.responses)
      } else if errors == .clustered, let customers = data.customers {
        covariance = try ClusteredErrors(
          inverse, theta: point.theta, data: data, customers: customers, values: point.values, ridge: ridge,
          on: execution)?.covariance
      }
    }
    let verdicts = ridge > 0 ? InformationDiagnosis(penalised).verdicts : diagnosis.verdicts
    self.init(
      method: method,
      parameters: names.indices.map { k in
        // A parameter of which only a combination is known has no error of its own.
        let isKnown = diagnosis.conditionIndex != nil || verdicts[k] == .separate
        return Estimate(
          name: names[k], value: point.theta[k],
          standardError: isKnown ? covariance.map { max(0, $0[k, k]).squareRoot() } : nil,
          verdict: point.value.isFinite && isBounded ? verdicts[k] : .notIdentified)
      },
      covariance: covariance, responses: responses, information: point.information, diagnosis: diagnosis,
      logLikelihood: point.logLikelihood, status: status,
      decisions: data.counts.total, stateCount: data.problem.stateCount,
      actionCount: data.problem.actions.count,
      values: point.values, policy: point.policy)
  }

  /// The parameters without their part in directions of which nothing is known: the shortest of all that fit as well.
  private static func shortest(_ theta: [Double], in information: DoubleMatrix) -> [Double] {
    guard let eigen = SymmetricEigen(information), let largest = eigen.values.last, largest > 0 else {
      return theta
    }
    var result = theta
    for place in theta.indices where eigen.values[place] <= InformationDiagnosis.singular * largest {
      let vector = Array(eigen.vectors.row(place))
      let part = zip(vector, theta).reduce(0) { $0 + $1.0 * $1.1 }
      for k in result.indices { result[k] -= part * vector[k] }
    }
    return result
  }

  /// Whether the choices leave the parameters finite: a likelihood of 1 is only reached at infinity.
  private static func isBounded(_ point: ChoiceLikelihood.Point, _ data: ChoiceData) -> Bool {
    point.logLikelihood / data.counts.total < -1e-7
  }

  private static func reasons(_ diagnosis: InformationDiagnosis, _ names: [String]) -> [String] {
    let nothing = names.indices.filter { diagnosis.verdicts[$0] == .notIdentified }.map { names[$0] }
    var reasons: [String] = []
    if !nothing.isEmpty { reasons.append("no choice depends on \(nothing.joined(separator: ", "))") }
    for group in diagnosis.inseparable {
      reasons.append("\(group.map { names[$0] }.joined(separator: ", ")) always move together")
    }
    return reasons.isEmpty ? ["the information about the parameters is singular"] : reasons
  }
}
