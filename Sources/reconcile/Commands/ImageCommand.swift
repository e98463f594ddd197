import ArgumentParser

struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Verify images, and what is said of them.",
        subcommands: [ImageVerifyCommand.self])
}
