import Agents
public import Foundation
public import Manifests
import Records
import YAML

/// Reads what a run's command wrote, now or as it goes on.
public struct LogReader: Sendable {
    private let reconciler: Reconciler
    private let name: ObjectName
    private let attempt: Int?

    /// - Parameter attempt: which attempt; `nil` for the newest, and when following for each new one.
    public init(reconciler: Reconciler, name: ObjectName, attempt: Int? = nil) {
        self.reconciler = reconciler
        self.name = name
        self.attempt = attempt
    }

    /// How often a followed log is looked at.
    private static let interval = Duration.milliseconds(150)
    private static let chunk = 1 << 16

    /// Hands over the log in pieces.
    ///
    /// - Parameter take: gets the bytes, and whether they are of the command's standard error.
    /// - Throws: a `Diagnostic` where there is no such run, or none of its attempts has begun.
    public func read(follow: Bool, _ take: (Data, Bool) -> Void) async throws {
        let store = try reconciler.openState()
        var run = try await reconciler.execution(of: name, in: store)
        while follow, run.attempt == 0, !run.phase.isTerminal {
            try await reconciler.setting.time.sleep(for: Self.interval)
            run = try await reconciler.execution(of: name, in: store)
        }
        var number = attempt ?? run.attempt
        var offsets: [UInt64] = [0, 0]
        while true {
            let folder = try await reconciler.attemptFolder(of: run, number: number)
            // Whether it has ended is asked before reading, so that nothing written in between is missed.
            let isOver = run.phase.isTerminal || number < run.attempt
            for (index, file) in ["stdout.log", "stderr.log"].enumerated() {
                try copy("\(folder)/\(file)", from: &offsets[index]) { take($0, index == 1) }
            }
            guard follow else { return }
            if isOver {
                guard attempt == nil, number < run.attempt else { return }
                number = run.attempt
                offsets = [0, 0]
                continue
            }
            try await reconciler.setting.time.sleep(for: Self.interval)
            run = try await reconciler.execution(of: name, in: store)
        }
    }

    private func copy(_ path: String, from offset: inout UInt64, _ take: (Data) -> Void) throws {
        // A file that is not there yet has nothing to say yet.
        guard let file = FileHandle(forReadingAtPath: path) else { return }
        defer { try? file.close() }
        try file.seek(toOffset: offset)
        while let data = try file.read(upToCount: Self.chunk), !data.isEmpty {
            offset += UInt64(data.count)
            take(data)
        }
    }
}
