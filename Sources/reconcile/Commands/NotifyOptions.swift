import ArgumentParser
import Reconciler

/// Who is told of what came of an apply, or of drift.
struct NotifyOptions: ParsableArguments, Sendable {
    @Option(
        name: .customLong("notify"),
        help: ArgumentHelp(
            "Post an event to this webhook (https, or http on this machine); may be given several times.",
            valueName: "url"))
    var urls: [String] = []

    @Option(
        help: ArgumentHelp(
            "The name of the environment variable with the secret that signs events. Default: "
                + "\(Notifier.defaultSecret), where it is set.", valueName: "name"))
    var notifySecret: String?

    @Option(
        name: .customLong("notify-command"),
        help: ArgumentHelp(
            "Run this command with the event on its standard input: a JSON array of texts, in which {state}, {commit}, "
                + "{description} and {url} are filled in. No shell reads it; may be given several times.",
            valueName: "json"))
    var commands: [String] = []

    func notifier(_ setting: Setting) throws -> Notifier {
        try Notifier(setting, urls: urls, secret: notifySecret, commands: commands)
    }
}

/// Whether commits get a note of what they did.
struct NotesOptions: ParsableArguments, Sendable {
    @Flag(help: "Write what each commit did as a Git note on it: `git log --notes=slipway` shows it.")
    var notes = false

    @Option(help: ArgumentHelp("Also push the notes to this remote.", valueName: "remote"))
    var pushNotes: String?

    var isOn: Bool { notes || pushNotes != nil }
}
