internal import DynamicChoice
internal import Learning

/// `shopkeeper membership identify`
struct MembershipIdentifyCommand: Command {
  static let name = "identify"
  static let summary = "Say what a panel can and cannot tell about what customers value."
  static let details = [
    "A condition index above 30, or information that is singular, means that some features are not separately identified: only the"
      + " combination that is printed beside them is known. Profiles hold one parameter and maximise over the others; a discount is"
      + " not identified without a form of the rewards, so a sweep shows how much the answers depend on it."
  ]
  static let examples = [
    "shopkeeper membership identify --panel members.csv --model model.json --profile ship --discounts .9,.99"
  ]

  let data = MembershipDataOptions()
  @Option("profile", .text("NAME"), "A feature whose profile likelihood is wanted; may be repeated.")
  var profile: [String]
  @Option("discounts", .numbers, "Discounts under which to estimate again, as .9,.99.") var discounts =
    NumberList()
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let (file, panel) = try data.read()
    let (choices, report) = try file.data(panel)
    for note in report.notes(allowed: file) { console.note(note) }
    var recipe = Identification()
    (recipe.profiles, recipe.discounts) = (profile, discounts.numbers)
    let found = try recipe.examine(choices, anchor: file.anchor, on: execution)
    let document = IdentificationDocument(found)
    if json { return try console.print(json: document) }
    try document.print(on: console)
  }
}
