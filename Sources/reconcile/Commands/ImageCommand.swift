import ArgumentParser

struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Compare and verify images, and what is said of them.",
        subcommands: [ImageDiffCommand.self, ImageVerifyCommand.self])
}
