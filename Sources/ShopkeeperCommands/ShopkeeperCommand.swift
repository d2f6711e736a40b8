/// The command line's entry.
public enum ShopkeeperCommand {
  /// Runs the command that the process's arguments name.
  public static func run() {}
}
