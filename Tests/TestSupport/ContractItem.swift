/// One thing that every estimator promises.
public enum ContractItem: String, CaseIterable, Sendable {
  /// Fitting twice gives the same answers and the same files.
  case deterministic = "the same recipe and data give the same model"
  /// One, two and four threads give the same answers and the same files.
  case independentOfThreads = "the model does not depend on the number of threads"
  /// Fitting other data before leaves no trace.
  case refitForgets = "fitting again forgets the first data"
  /// The data given to `fit` is as it was.
  case inputUnchanged = "fitting leaves its data unchanged"
  /// The order of the training rows has no influence.
  case rowOrder = "rows in another order give the same answers"
  /// The order of queries has no influence on the answer to each.
  case queryOrder = "queries in another order give their own answers"
  /// Answering many at once gives exactly the answers to each.
  case batch = "a batch is answered as one by one"
  /// A model saved and loaded answers exactly as before.
  case saveAndLoad = "a saved model answers as the model itself"
  /// No data, one row, one label work or are refused, never crash.
  case smallData = "empty, one row, one label"
  /// NaN and infinity in data and queries are refused.
  case notFinite = "numbers that are not finite are refused"
  /// Sizes that do not fit are refused with both numbers.
  case mismatch = "sizes that do not fit are refused with both numbers"
  /// A cancelled fit throws `CancellationError` and leaves no file.
  case cancellation = "cancellation leaves no partial file"
  /// The recipe survives JSON.
  case codable = "hyper-parameters round-trip through JSON"
  /// Each hyper-parameter out of range is named with its value and the allowed range.
  case ranges = "a hyper-parameter out of range gives name, value and allowed range"
}
