import ArgumentParser

struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Compare images.",
        subcommands: [ImageDiffCommand.self])
}
