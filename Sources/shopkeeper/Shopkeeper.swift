internal import ShopkeeperCommands

@main
struct Shopkeeper {
  static func main() {
    ShopkeeperCommand.run()
  }
}
