internal import Glibc

/// Processor and wall time, and the memory that was needed at the most.
enum Stopwatch {
  /// Processor seconds of the process so far, all threads.
  static var processSeconds: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

  /// Processor seconds of the calling thread so far.
  static var threadSeconds: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

  /// Wall seconds from some point on.
  static var wallSeconds: Double { seconds(CLOCK_MONOTONIC) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Runs `body` and gives back its result with the processor seconds of the whole process.
  static func processSeconds<Result>(_ body: () throws -> Result) rethrows -> (Result, Double) {
    let start = processSeconds
    let result = try body()
    return (result, processSeconds - start)
  }

  /// Microseconds of the calling thread for each call of `body` with 0..<`count`, after a warm-up.
  ///
  /// All calls are made `passes` times; each call counts with its median, so a disturbance of the machine does not.
  static func microseconds(count: Int, passes: Int = 3, _ body: (Int) throws -> Void) rethrows -> [Double] {
    for i in 0..<min(count, 200) { try body(i) }
    var times = [[Double]](repeating: [], count: count)
    for _ in 0..<passes {
      for i in 0..<count {
        let start = threadSeconds
        try body(i)
        times[i].append((threadSeconds - start) * 1e6)
      }
    }
    return times.map { $0.sorted()[passes / 2] }
  }

  /// Forgets the most memory that was needed so far.
  static func resetPeakMemory() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  /// The most memory that was resident since the last reset, in MiB; nil where the system does not tell.
  static var peakMemory: Double? {
    guard let file = fopen("/proc/self/status", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix("VmHWM:") else { continue }
      return text.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Double($0) }
        .map { $0 / 1024 }
    }
    return nil
  }
}

extension [Double] {
  /// The mean; 0 of nothing.
  var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }

  /// The value that a share of the others stays below.
  func percentile(_ share: Double) -> Double {
    guard !isEmpty else { return 0 }
    return sorted()[Swift.min(count - 1, Int(Double(count) * share))]
  }
}
