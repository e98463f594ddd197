import ArgumentParser

struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Look at the images of jobs, and at what is said of them.",
        subcommands: [ImageVerify.self])
}
