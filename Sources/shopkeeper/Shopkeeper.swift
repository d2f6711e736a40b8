internal import Glibc
internal import ShopkeeperCommands

@main
struct Shopkeeper {
  static func main() {
    exit(ShopkeeperCommand.run())
  }
}
