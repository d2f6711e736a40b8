/// The name that someone probably meant: the nearest one, when it is near enough.
///
/// Distance is the number of letters inserted, removed, changed, or exchanged with their neighbour (optimal string
/// alignment). A third of the letters may differ, at least one; a name that the word begins is near, too.
func nearestName(to word: String, among names: [String]) -> String? {
  let word = Array(word.prefix(64))
  let allowed = max(1, word.count / 3)
  var best: (name: String, distance: Int)?
  for name in names {
    let letters = Array(name)
    let begins = word.count >= 2 && letters.count > word.count && letters.starts(with: word)
    let distance = begins ? 1 : editDistance(word, letters)
    if distance <= allowed, distance < best?.distance ?? .max { best = (name, distance) }
  }
  return best?.name
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...b.count)
  for i in a.indices {
    var current = [i + 1]
    for j in b.indices {
      var distance = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        distance = min(distance, beforePrevious[j - 1] + 1)
      }
      current.append(distance)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.count]
}

/// `; did you mean --limit?`, or nothing.
func suggestion(for word: String, among names: [String], prefix: String = "") -> String {
  nearestName(to: word, among: names).map { "; did you mean \(prefix)\($0)?" } ?? ""
}
