import Foundation
import Manifests
import Planning
import YAML

/// The two streams of the process: data goes to one, everything said about it to the other.
struct Console: Sendable {
    /// How text on stdout is marked.
    let style: TextStyle
    /// How text on stderr is marked.
    let errorStyle: TextStyle
    /// Whether a person looks at stderr, so that lines may be redrawn.
    let isInteractive: Bool

    static var standard: Console {
        let environment = ProcessInfo.processInfo.environment
        // https://no-color.org: present and not empty.
        let colour = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        let errorsToTerminal = isatty(STDERR_FILENO) == 1
        return Console(
            style: TextStyle(usesColour: colour && isatty(STDOUT_FILENO) == 1),
            errorStyle: TextStyle(usesColour: colour && errorsToTerminal),
            isInteractive: errorsToTerminal && environment["TERM"] != "dumb" && environment["CI"] == nil)
    }

    /// The width of the terminal in columns; 100 where there is none.
    var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return Int(size.ws_col)
    }

    /// Prints data.
    func print(_ text: String) { write(text.hasSuffix("\n") || text.isEmpty ? text : text + "\n", to: STDOUT_FILENO) }

    func print(json: JSONValue) { print(json.pretty) }

    /// Says something about the work.
    func say(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Writes to the terminal as it is.
    func draw(_ text: String) { write(text, to: STDERR_FILENO) }

    /// Copies bytes to stdout.
    func copy(_ bytes: Data, toErrors: Bool = false) { write(bytes, to: toErrors ? STDERR_FILENO : STDOUT_FILENO) }

    /// Reports what is wrong, all of it, and returns the status with which to end.
    func report(_ diagnostics: [Diagnostic]) -> ExitStatus {
        let view = DiagnosticView(style: errorStyle)
        for diagnostic in diagnostics { say(view.text(diagnostic)) }
        if let summary = DiagnosticView.summary(diagnostics) { say(summary) }
        return ExitStatus(diagnostics)
    }

    /// Tells of warnings, without ending anything.
    func warn(_ diagnostics: [Diagnostic]) {
        let view = DiagnosticView(style: errorStyle)
        for diagnostic in diagnostics where diagnostic.severity == .warning { say(view.text(diagnostic)) }
    }

    private func write(_ text: String, to descriptor: Int32) { write(Data(text.utf8), to: descriptor) }

    private func write(_ bytes: Data, to descriptor: Int32) {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR || errno == EAGAIN { continue }
                // A reader that has gone away (`| head`) wants no more.
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
