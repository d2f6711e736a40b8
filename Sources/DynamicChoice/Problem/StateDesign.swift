public import LinearAlgebra

/// Columns that describe the states of a problem, for policies that share strength between states.
public struct StateDesign: Sendable, Equatable {
  /// A variable of the state and the columns that it has.
  public struct Variable: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Its columns.
    public let columns: Range<Int>

    /// Creates a variable.
    public init(name: String, columns: Range<Int>) { (self.name, self.columns) = (name, columns) }
  }

  /// S x D numbers.
  public let columns: DoubleMatrix

  /// The variables; columns that are none of theirs, as a constant, enter no product.
  public let variables: [Variable]

  /// Creates a design.
  ///
  /// - Precondition: the variables' columns exist.
  public init(_ columns: DoubleMatrix, variables: [Variable] = []) {
    precondition(variables.allSatisfy { $0.columns.upperBound <= columns.columns }, "columns exist")
    (self.columns, self.variables) = (columns, variables)
  }

  /// The products of each column of one variable with each of another.
  func products(_ first: Variable, _ second: Variable) -> DoubleMatrix {
    let width = first.columns.count * second.columns.count
    return DoubleMatrix(rows: columns.rows, columns: width) { values in
      for row in 0..<columns.rows {
        var place = row * width
        for i in first.columns {
          for j in second.columns {
            values[place] =
              columns.values[row * columns.columns + i] * columns.values[row * columns.columns + j]
            place += 1
          }
        }
      }
    }
  }

  /// The design with more columns.
  func adding(_ more: [DoubleMatrix]) -> DoubleMatrix {
    let parts = [columns] + more
    let width = parts.reduce(0) { $0 + $1.columns }
    return DoubleMatrix(rows: columns.rows, columns: width) { values in
      for row in 0..<columns.rows {
        var place = row * width
        for part in parts {
          for k in 0..<part.columns { values[place + k] = part.values[row * part.columns + k] }
          place += part.columns
        }
      }
    }
  }
}
