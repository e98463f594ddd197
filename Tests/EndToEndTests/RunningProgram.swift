import Foundation
import Subprocess

/// How a program ended and what it said.
struct Outcome: Sendable, CustomStringConvertible {
    /// The exit status; for a signal 128 and its number, as shells say it.
    var status: Int32
    var output: String
    var errors: String

    var description: String { "status \(status)\n--- stdout\n\(output)--- stderr\n\(errors)---" }
}

/// A program that a test has started and goes on beside it.
struct RunningProgram: Sendable {
    struct NotStarted: Error {
        let program: String
    }

    let process: Int32
    private let work: Task<Outcome, any Error>

    private static let outputLimit = 8 << 20

    /// Starts a program with an environment of its own. One that takes longer than the deadline is killed, so that a
    /// broken test ends and says what it saw.
    static func start(
        _ program: String, _ arguments: [String], environment: [String: String], in folder: String,
        deadline: Duration = .seconds(120)
    ) async throws -> RunningProgram {
        let started = AsyncStream.makeStream(of: Int32.self)
        let variables = Dictionary(
            uniqueKeysWithValues: environment.compactMap { entry in
                Environment.Key(rawValue: entry.key).map { ($0, entry.value) }
            })
        let work = Task {
            defer { started.continuation.finish() }
            let result = try await run(
                .name("env"), arguments: Arguments(["-C", folder, program] + arguments),
                environment: .custom(variables), input: .none, output: .string(limit: outputLimit),
                error: .string(limit: outputLimit)
            ) { started.continuation.yield($0.processIdentifier.value) }
            let status: Int32 =
                switch result.terminationStatus {
                case .exited(let code): code
                case .signaled(let number): 128 + number
                }
            return Outcome(
                status: status, output: result.standardOutput, errors: result.standardError)
        }
        for await process in started.stream {
            let watchdog = Task {
                try await Task.sleep(for: deadline)
                kill(process, SIGKILL)
            }
            let watched = Task {
                defer { watchdog.cancel() }
                return try await work.value
            }
            return RunningProgram(process: process, work: watched)
        }
        _ = try await work.value
        throw NotStarted(program: program)
    }

    func signal(_ number: Int32) { kill(process, number) }

    func end() async throws -> Outcome { try await work.value }
}
