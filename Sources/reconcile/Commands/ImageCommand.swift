import ArgumentParser

struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Compare, verify and push images.",
        subcommands: [ImageDiffCommand.self, ImagePushCommand.self, ImageVerifyCommand.self])
}
