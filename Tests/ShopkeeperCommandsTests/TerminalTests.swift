import Glibc
import Learning
import LinearAlgebra
import Synchronization
import Testing

@testable import ShopkeeperCommands

struct TextTableTests {
  @Test func `columns are aligned, wide characters take two places`() {
    var table = TextTable(.right("score"), .left("product"), .left("title"))
    table.add(0.5.fixed(3), "a", "電動 drill")
    table.add("12.25", "工具", "")
    table.add("7", "cafe\u{301}", "kit")
    #expect(
      table.text == """
        score  product  title
        0.500  a        電動 drill
        12.25  工具
            7  cafe\u{301}     kit

        """)
  }

  @Test func `cells cannot play with the terminal`() {
    var table = TextTable(.left("title"))
    table.add("\u{1B}[31mred\r\n\u{9B}x\u{202E}")
    #expect(table.text == "title\n\u{FFFD}[31mred\u{FFFD}\u{FFFD}\u{FFFD}x\u{FFFD}\n")
  }

  @Test func `printable text is left as it is`() {
    for text in ["cordless drill 20v", "Ünïcödé", "電動工具", "👩‍🔧 tool", "x\u{200D}y", ""] {
      #expect(text.printable == text)
    }
  }
}

struct NumberTextTests {
  @Test func `numbers are written with the decimals asked for`() {
    #expect(0.41666.fixed(2) == "0.42")
    #expect(Float(2).fixed(0) == "2")
    #expect((-0.5).fixed(4) == "-0.5000")
    #expect(Double.greatestFiniteMagnitude.fixed(3).count == 313)
    #expect(Double.nan.fixed(2) == "nan" || Double.nan.fixed(2) == "-nan")
  }

  @Test func `digits are grouped by three`() {
    #expect([0, 12, 123, 1234, -1_234_567].map(\.grouped) == ["0", "12", "123", "1,234", "-1,234,567"])
    #expect(Int.min.grouped == "-9,223,372,036,854,775,808")
  }

  @Test func `seconds become a clock`() {
    #expect([0, 7.9, 760, 3723].map(clockText) == ["0:00", "0:07", "12:40", "1:02:03"])
    #expect(clockText(seconds: .infinity) == "0:00" && clockText(seconds: -1) == "0:00")
  }
}

struct OutputTests {
  @Test func `a reader that went away ends the program quietly with 0`() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    let errors = Collector()
    let console = Console(
      output: TextOutput(descriptor: ends[1], name: "standard output"),
      errors: TextOutput(descriptor: errors.descriptor, name: "standard error"), environment: [:],
      cancellation: Cancellation())
    #expect(sampleTable.run(["model", "query", "drill"], on: console) == 0)
    #expect(errors.text.isEmpty)
  }

  @Test func `a full disk is an error`() throws {
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    let errors = Collector()
    let console = Console(
      output: TextOutput(descriptor: full, name: "standard output"),
      errors: TextOutput(descriptor: errors.descriptor, name: "standard error"), environment: [:],
      cancellation: Cancellation())
    #expect(sampleTable.run(["model", "query", "drill"], on: console) == 1)
    #expect(errors.text == "shopkeeper: error: cannot write standard output: No space left on device\n")
  }

  @Test func `text beyond the buffer arrives complete and in order`() throws {
    let collector = Collector()
    let output = TextOutput(descriptor: collector.descriptor, name: "file")
    let lines = (0..<40_000).map { "line \($0)\n" }
    for line in lines { try output.write(line) }
    try output.flush()
    #expect(collector.text == lines.joined())
  }

  @Test func `JSON is one line with ascending keys`() throws {
    let output = Collector()
    let console = Console(
      output: TextOutput(descriptor: output.descriptor, name: "standard output"),
      errors: TextOutput(descriptor: output.descriptor, name: "standard error"), environment: [:],
      cancellation: Cancellation())
    try console.print(json: ["b": 1, "a": 2])
    try console.finish()
    #expect(output.text == "{\"a\":2,\"b\":1}\n")
  }
}

/// A pair of ends of a terminal of a given width.
private final class Terminal {
  let outer: Int32
  let inner: Int32

  init?(columns: UInt16) {
    // The requests behind unlockpt and ptsname, which this module of the C library does not show.
    let (unlock, number) = (0x4004_5431 as UInt, 0x8004_5430 as UInt)
    var (locked, place) = (0 as Int32, 0 as Int32)
    outer = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    guard outer >= 0, ioctl(outer, unlock, &locked) == 0, ioctl(outer, number, &place) == 0 else {
      return nil
    }
    inner = open("/dev/pts/\(place)", O_RDWR | O_NOCTTY)
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard inner >= 0, ioctl(inner, UInt(TIOCSWINSZ), &size) == 0 else { return nil }
    _ = fcntl(outer, F_SETFL, O_NONBLOCK)
  }

  /// What arrived on the screen's side since the last call.
  func received() -> String {
    var (all, bytes) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    // The kernel hands over what was written a little later; nothing for a while means that this was all.
    var waiting = pollfd(fd: outer, events: Int16(POLLIN), revents: 0)
    while poll(&waiting, 1, 300) > 0 {
      let count = read(outer, &bytes, bytes.count)
      if count <= 0 { break }
      all += bytes.prefix(count)
    }
    return String(decoding: all, as: UTF8.self)
  }

  deinit {
    close(inner)
    close(outer)
  }
}

/// A clock that a test moves.
private final class Clock: Sendable {
  private let time = Mutex(0.0)
  var now: Double { time.withLock(\.self) }
  func advance(to seconds: Double) { time.withLock { $0 = seconds } }
}

struct ProgressTests {
  private func event(_ completed: Int, _ stage: String = "training level 1") -> ProgressEvent {
    ProgressEvent(stage: stage, completed: completed, total: 200, figure: ("nDCG@10", 0.41))
  }

  @Test func `a terminal shows a bar after half a second, at most ten times a second, and clears it`() throws
  {
    let terminal = try #require(Terminal(columns: 100))
    let output = TextOutput(descriptor: terminal.inner, name: "terminal")
    #expect(output.isTerminal && output.columns == 100)
    let clock = Clock()
    let display = ProgressDisplay(on: output, now: { clock.now })
    for (time, completed) in [(0.0, 0), (0.3, 20), (0.49, 30)] {
      clock.advance(to: time)
      display.report(event(completed))
    }
    #expect(terminal.received() == "")
    clock.advance(to: 0.5)
    display.report(event(50))
    #expect(
      terminal.received()
        == "\rtraining level 1  [#####...............]   25%  0:00  0:01 left  nDCG@10 0.4100\u{1B}[K")
    clock.advance(to: 0.59)
    display.report(event(51))
    #expect(terminal.received() == "")
    clock.advance(to: 60)
    display.report(event(100))
    #expect(
      terminal.received()
        == "\rtraining level 1  [##########..........]   50%  1:00  1:00 left  nDCG@10 0.4100\u{1B}[K")
    display.clear()
    #expect(terminal.received() == "\r\u{1B}[K")
    display.clear()
    #expect(terminal.received() == "")
  }

  @Test func `a stage has its own clock`() throws {
    let terminal = try #require(Terminal(columns: 100))
    let clock = Clock()
    let display = ProgressDisplay(
      on: TextOutput(descriptor: terminal.inner, name: "terminal"), now: { clock.now })
    clock.advance(to: 100)
    display.report(event(1, "reading"))
    clock.advance(to: 110)
    display.report(event(0, "training"))
    clock.advance(to: 120)
    display.report(event(100, "training"))
    #expect(terminal.received().hasSuffix("50%  0:10  0:10 left  nDCG@10 0.4100\u{1B}[K"))
  }

  @Test func `elsewhere there is a line every five seconds`() {
    let collector = Collector()
    let clock = Clock()
    let display = ProgressDisplay(
      on: TextOutput(descriptor: collector.descriptor, name: "file"), now: { clock.now })
    for tenth in 0..<120 {
      clock.advance(to: Double(tenth) / 10)
      display.report(event(tenth))
    }
    display.clear()
    #expect(
      collector.text == """
        shopkeeper: training level 1: 25% (50 of 200), 0:05, 0:15 left, nDCG@10 0.4100
        shopkeeper: training level 1: 50% (100 of 200), 0:10, 0:10 left, nDCG@10 0.4100

        """)
  }

  @Test func `the bar fits the terminal`() {
    let text = ProgressText(event(50), elapsed: 1)
    #expect(text.bar(columns: 60) == "training level 1   25%  0:01  0:03 left  nDCG@10 0.4100")
    #expect(text.bar(columns: 10) == "training l")
    #expect(text.bar(columns: 0) == "")
    for columns in 0..<120 { #expect(text.bar(columns: columns).displayWidth <= columns) }
  }

  @Test func `work without a known end shows how much is done`() {
    let text = ProgressText(ProgressEvent(stage: "reading", completed: 12_345, total: nil), elapsed: 3)
    #expect(text.line == "reading: 12,345, 0:03")
    #expect(text.bar(columns: 80) == "reading  12,345  0:03")
  }

  @Test func `wrong numbers are no reason to fail`() {
    for (completed, total) in [(-5, 10), (20, 10), (0, 0), (1, -1), (.max, .max), (.min, nil)]
      as [(Int, Int?)]
    {
      let text = ProgressText(ProgressEvent(stage: "x\n", completed: completed, total: total), elapsed: -1)
      #expect(!text.line.contains("\n") && !text.bar(columns: 80).contains("\n"))
    }
  }

  @Test func `many threads may report at once`() throws {
    let collector = Collector()
    let display = ProgressDisplay(on: TextOutput(descriptor: collector.descriptor, name: "file"))
    try concurrentForEach(count: 20_000, threads: 8) { display.report(event($0)) }
    #expect(collector.text.split(separator: "\n").count <= 2)
  }
}

@Suite(.serialized) struct InterruptionTests {
  @Test func `the first signal asks to stop, the second one has its usual effect`() {
    Interruption.install()
    #expect(!Interruption.cancellation.isCancelled)
    // To the process: threads of the pool that runs tests take no signals.
    kill(getpid(), SIGINT)
    for _ in 0..<500 where !Interruption.cancellation.isCancelled { usleep(10_000) }
    #expect(Interruption.cancellation.isCancelled && Interruption.signal == SIGINT)
    var byte: UInt8 = 0
    #expect(read(STDIN_FILENO, &byte, 1) == 0)
    var action = sigaction()
    sigaction(SIGINT, nil, &action)
    #expect(action.__sigaction_handler.sa_handler == nil)
    signal(SIGTERM, SIG_DFL)
  }
}

@Suite(.enabled(if: builtProgram != nil)) struct WholeProgramTests {
  @Test func `the program prints its version and ends with the right code`() throws {
    let program = try #require(builtProgram)
    #expect(try runShell("'\(program)' --version") == (0, "shopkeeper \(programVersion)\n"))
    #expect(try runShell("'\(program)' versoin 2>&1").code == 2)
  }

  @Test func `a pipe that is closed early is no error`() throws {
    let program = try #require(builtProgram)
    let line = "{ sleep 0.3; exec '\(program)' man; } 2>&1 | true; echo ${PIPESTATUS[0]}"
    #expect(try runShell("bash -s", input: line) == (0, "0\n"))
  }

  @Test func `a full disk is an error`() throws {
    let program = try #require(builtProgram)
    #expect(try runShell("'\(program)' man 2>&1 >/dev/full").code == 1)
  }
}
