import Foundation
import Manifests
import Subprocess
import SystemPackage
import YAML

/// A command that tells somebody of an event, such as one that sets the status of a commit.
///
/// It is an argument vector, and no shell ever sees it. `{state}`, `{commit}`, `{description}` and `{url}` in an
/// argument are replaced, once, by a text that stays within that argument. The whole event is on its standard input.
struct NotifyCommand: Sendable {
    private let arguments: [String]

    /// The most arguments, and bytes of them all.
    private static let limits = (arguments: 256, bytes: 64 * 1024)

    /// - Parameter text: a JSON array of texts.
    init(_ text: String) throws(Diagnostic) {
        guard text.utf8.count <= Self.limits.bytes, let value = try? JSONValue(parsing: Array(text.utf8)),
            let items = value.array
        else { throw .notifyCommandInvalid("it is no JSON array") }
        let arguments = items.compactMap(\.string)
        guard arguments.count == items.count else { throw .notifyCommandInvalid("it holds something that is no text") }
        guard !arguments.isEmpty, arguments.count <= Self.limits.arguments, !arguments[0].isEmpty else {
            throw .notifyCommandInvalid("it names no program, or has too many arguments")
        }
        guard !arguments[0].contains("{"), !arguments[0].hasPrefix("-") else {
            throw .notifyCommandInvalid("its program must not depend on the event")
        }
        guard arguments.allSatisfy({ !$0.utf8.contains(0) }) else {
            throw .notifyCommandInvalid("it holds a NUL character")
        }
        self.arguments = arguments
    }

    var program: String { arguments[0] }

    /// The arguments behind the program, with their placeholders filled in one pass: what is put in is not read again.
    func filled(_ event: NotificationEvent) -> [String] {
        let values = [
            "{state}": event.state.rawValue, "{commit}": event.json["commit"]?.string ?? "",
            "{description}": event.description, "{url}": event.json["url"]?.string ?? "",
        ]
        return arguments.dropFirst().map { argument in
            var result = ""
            var rest = argument[...]
            while let brace = rest.firstIndex(of: "{") {
                result += rest[..<brace]
                rest = rest[brace...]
                if let (name, value) = values.first(where: { rest.hasPrefix($0.key) }) {
                    result += value
                    rest = rest.dropFirst(name.count)
                } else {
                    result += "{"
                    rest = rest.dropFirst()
                }
            }
            return result + rest
        }
    }

    /// Runs it to its end; returns why it did not do its work, in one clause, or `nil`.
    func run(_ event: NotificationEvent, within limit: Duration) async -> String? {
        let work = Task { try await execute(event) }
        let watchdog = Task {
            try await Task.sleep(for: limit)
            work.cancel()
        }
        defer { watchdog.cancel() }
        let result = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            work.cancel()
        }
        switch result {
        case .success(let why): return work.isCancelled && why != nil ? "it took longer than \(limit)" : why
        case .failure(let error): return work.isCancelled ? "it took longer than \(limit)" : "\(error)"
        }
    }

    private func execute(_ event: NotificationEvent) async throws -> String? {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
        ]
        // A file and not a pipe: a command that reads nothing of it would end this process by a signal.
        let input = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-event-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: input) }
        try Data(event.json.canonicalBytes).write(to: input)
        let record = try await Subprocess.run(
            program.contains("/") ? .path(FilePath(program)) : .name(program), arguments: Arguments(filled(event)),
            environment: .inherit, platformOptions: options,
            input: .fileDescriptor(
                try FileDescriptor.open(FilePath(input.path), .readOnly, options: .closeOnExec),
                closeAfterSpawningProcess: true), output: .discarded, error: .string(limit: 1 << 16))
        guard !record.terminationStatus.isSuccess else { return nil }
        let last = record.standardError.split(separator: "\n").last.map { ": \($0.prefix(200))" } ?? ""
        return "it ended with \(record.terminationStatus)\(last)"
    }
}
