import Agents
import Engines
public import Foundation
import Images
public import Manifests
import Records
import Store
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
    /// How often an engine is asked for what it holds of a log.
    private static let engineInterval = Duration.seconds(1)
    private static let chunk = 1 << 16

    /// Hands over the log in pieces.
    ///
    /// - Parameters:
    ///   - note: gets sentences for the person who reads.
    ///   - take: gets the bytes, and whether they are of the command's standard error.
    /// - Throws: a `Diagnostic` where there is no such run, or none of its attempts has begun.
    public func read(
        follow: Bool, note: @escaping (String) -> Void = { _ in }, _ take: (Data, Bool) -> Void
    ) async throws {
        let store = try reconciler.openState()
        var run = try await reconciler.execution(of: name, in: store)
        while follow, run.attempt == 0, !run.phase.isTerminal {
            try await reconciler.setting.time.sleep(for: Self.interval)
            run = try await reconciler.execution(of: name, in: store)
        }
        var number = attempt ?? run.attempt
        var offsets: [UInt64] = [0, 0]
        var isAwaited = false
        var engine = EngineLog(reconciler: reconciler, store: store, note: note)
        while true {
            // Whether it has ended is asked before reading, so that nothing written in between is missed.
            let isOver = run.phase.isTerminal || number < run.attempt
            if !isOver { await engine.fetch(number, of: run) }
            do {
                switch try await reconciler.traces(of: run, number: number) {
                case .folder(let folder):
                    for (index, file) in Self.files.enumerated() {
                        try copy("\(folder)/\(file)", from: &offsets[index]) { take($0, index == 1) }
                    }
                case .store(let location, let digest):
                    // It is there whole, once. What was read before came from the folder.
                    try await copy(digest, in: location, from: &offsets, note, take)
                }
            } catch let fault as Diagnostic where fault.isOfAnotherPlace && follow && !isOver {
                // What goes on elsewhere cannot be read; what its pool will keep of it can be waited for.
                guard let host = try await hostThatKeeps(number, of: run, in: store) else { throw fault }
                if !isAwaited {
                    note("\(run.name) goes on on \(host); what it wrote can be read here when it has ended")
                    isAwaited = true
                }
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

    private static let files = ["stdout.log", "stderr.log"]

    /// What an engine holds of a log that goes on, brought into the attempt's folder from time to time.
    private struct EngineLog {
        let reconciler: Reconciler
        let store: StateStore
        let note: (String) -> Void
        private var next: Timestamp?
        private var lastFault: String?

        init(reconciler: Reconciler, store: StateStore, note: @escaping (String) -> Void) {
            self.reconciler = reconciler
            self.store = store
            self.note = note
        }

        mutating func fetch(_ number: Int, of run: RunRecord) async {
            let now = reconciler.setting.time.now()
            if let next, now < next { return }
            next = now + LogReader.engineInterval
            do {
                guard let attempt = try await store.read({ try $0.attempt(number, of: run.id) }),
                    attempt.engine != nil, attempt.submittedAt != nil
                else { return }
                let surroundings = reconciler.surroundings
                try await surroundings.engine.fetchLogs(of: surroundings.workspace.reference(to: attempt, of: run))
                lastFault = nil
            } catch {
                let fault = (error as? Diagnostic)?.sentence ?? "\(error)"
                // Said once: whoever follows a log reads it over and over.
                if fault != lastFault { note(fault) }
                lastFault = fault
            }
        }
    }

    /// The machine on which an attempt goes on, if what it leaves will be put into a store.
    private func hostThatKeeps(_ number: Int, of run: RunRecord, in store: StateStore) async throws -> String? {
        guard let attempt = try await store.read({ try $0.attempt(number, of: run.id) }),
            try await reconciler.artifactLocation(of: attempt, in: store) != nil
        else { return nil }
        return attempt.host
    }

    private func copy(
        _ digest: Digest, in location: ArtifactLocation, from offsets: inout [UInt64], _ note: (String) -> Void,
        _ take: (Data, Bool) -> Void
    ) async throws {
        let store = try reconciler.artifactStores.open(location)
        let manifest = try await store.attempt(digest)
        for (index, file) in Self.files.enumerated() {
            guard let part = manifest.part(file) else { continue }
            if part.skipped > 0, offsets[index] == 0 {
                note("\(file) is not kept from its beginning: \(part.skipped) bytes before this are left out")
            }
            // In the attempt's own file, where reading may have begun, it starts later.
            var offset = offsets[index] > UInt64(part.skipped) ? offsets[index] - UInt64(part.skipped) : 0
            try await reconciler.withScratch { scratch in
                try await store.fetch(part, to: "\(scratch)/log", scratch: "\(scratch)/archive")
                try copy("\(scratch)/log", from: &offset) { take($0, index == 1) }
            }
            offsets[index] = offset + UInt64(part.skipped)
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
