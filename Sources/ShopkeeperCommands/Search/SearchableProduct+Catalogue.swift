internal import ProductSearch
internal import StoreData

extension SearchableProduct {
  /// What search reads of a product of the catalogue.
  init(_ product: Product) {
    self.init(
      id: product.id, title: product.title, brand: product.brand ?? "",
      category: product.category.joined(separator: " > "), description: product.description,
      attributes: product.attributes.flatMap { $0.value.texts }.joined(separator: " "))
    properties = ProductProperties(product)
  }
}

extension ProductProperties {
  /// What filters, facets and orders look at.
  init(_ product: Product) {
    self.init()
    price = product.price
    stock = product.stock
    released = product.released.flatMap { Int($0.description.prefix(10).filter(\.isNumber)) }
    categoryPath = product.category
    markets = product.markets
    group = product.group
    attributes = product.attributes.map { name, value in
      switch value {
      case .text(let text): .init(name, .texts([text]))
      case .texts(let texts): .init(name, .texts(texts))
      case .number(let number): .init(name, .number(number))
      case .flag(let flag): .init(name, .flag(flag))
      }
    }
  }
}
