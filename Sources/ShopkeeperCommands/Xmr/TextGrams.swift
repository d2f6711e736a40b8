internal import TextFeatures

/// The features of texts, by name.
enum TextGrams: String, OptionChoice {
  case words
  case wordsPairs = "words+pairs"
  case wordsPairsTrigrams = "words+pairs+trigrams"

  /// The recipe: every block has norm 1 and leaves out what is in more than 98 of 100 texts; pairs and trigrams
  /// occur at least twice.
  var recipe: TextVectorization {
    var blocks = [NGramBlock(.words(1...1))]
    if self != .words { blocks.append(NGramBlock(.words(2...2))) }
    if self == .wordsPairsTrigrams { blocks.append(NGramBlock(.characterTrigrams)) }
    for i in blocks.indices {
      blocks[i].maximumShare = 0.98
      if i > 0 { blocks[i].minimumDocuments = 2 }
    }
    return TextVectorization(blocks: blocks)
  }
}
