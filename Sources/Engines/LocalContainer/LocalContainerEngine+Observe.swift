import Foundation
import Images
import Records
import YAML

extension LocalContainerEngine {
    public func observe(_ reference: SubmissionReference) async -> Observation {
        await observe([reference]).first ?? .absent
    }

    /// What folders say costs nothing; for the rest there is one call for all that runs, and one for what does not.
    public func observe(_ references: [SubmissionReference]) async -> [Observation] {
        // Whoever gives up waiting would otherwise take a tool that was killed for one that cannot be asked.
        await Task { await look(references) }.value
    }

    private struct Asked {
        var index: Int
        var note: ContainerNote
        /// Whether it was claimed before the tool was asked: what is claimed meanwhile has been started meanwhile.
        var wasClaimed: Bool
        var identity: ContainerIdentity
    }

    private func look(_ references: [SubmissionReference]) async -> [Observation] {
        var found = [Observation?](repeating: nil, count: references.count)
        var asked: [BuildTool: [Asked]] = [:]
        for (index, reference) in references.enumerated() {
            let folder = ContainerFolder(reference.folder)
            if let known = local(reference, folder) {
                found[index] = known
            } else if let note = folder.note, let tool = note.buildTool {
                asked[tool, default: []].append(
                    Asked(
                        index: index, note: note, wasClaimed: isClaimed(folder, reference),
                        identity: ContainerIdentity(reference)))
            } else {
                found[index] = .gone("what was known of its container is gone")
            }
        }
        for (tool, attempts) in asked {
            for (index, observation) in await ask(tool, attempts, references) { found[index] = observation }
        }
        return found.map { $0 ?? .unreachable("the tool did not say") }
    }

    /// What the attempt's folder alone tells; `nil` where the tool has to be asked.
    private func local(_ reference: SubmissionReference, _ folder: ContainerFolder) -> Observation? {
        if let elsewhere = reference.elsewhere(from: host) { return elsewhere }
        let attempt = folder.attempt
        let note = folder.note
        if let end = note?.end { return end.observation }
        if attempt.isSealed(for: reference.token) { return .gone("it was sealed before it was started") }
        return note == nil && !isClaimed(folder, reference) ? .absent : nil
    }

    private func isClaimed(_ folder: ContainerFolder, _ reference: SubmissionReference) -> Bool {
        folder.attempt.isClaimed && !folder.attempt.isSealedInVain(for: reference.token)
    }

    private func ask(
        _ tool: BuildTool, _ attempts: [Asked], _ references: [SubmissionReference]
    ) async -> [Int: Observation] {
        func all(_ observation: Observation) -> [Int: Observation] {
            Dictionary(attempts.map { ($0.index, observation) }) { first, _ in first }
        }
        guard let client = try? client(tool) else {
            return all(.unreachable("`\(tool.rawValue)` is not on the agent's PATH any more"))
        }
        do {
            var live: Set<String> = []
            if attempts.count > 1 {
                for location in Set(attempts.map(\.identity.location)) {
                    live.formUnion(try await client.running(labelled: "slipway.location", location))
                }
            }
            var found: [Int: Observation] = [:]
            let others = attempts.filter { attempt in
                guard live.contains(attempt.identity.name) else { return true }
                found[attempt.index] = .running(since: nil)
                return false
            }
            guard !others.isEmpty else { return found }
            let states = try await client.inspect(others.map(\.identity.name))
            for attempt in others {
                found[attempt.index] = try await observation(
                    attempt, states[attempt.identity.name], references[attempt.index], client)
            }
            return found
        } catch {
            return all(.unreachable(error.why))
        }
    }

    /// What a container's state means.
    private func observation(
        _ asked: Asked, _ state: ContainerState?, _ reference: SubmissionReference, _ client: ContainerClient
    ) async throws(ContainerSilence) -> Observation {
        let (identity, note, folder) = (asked.identity, asked.note, ContainerFolder(reference.folder))
        guard let state else {
            guard let known = note.id else { return .absent }
            // A daemon or storage of another's does not have it, and proves nothing.
            let here = try await facts(client, anew: true).id
            if let there = note.engine, there != here {
                return .elsewhere("it was given to \(client.tool.rawValue) at \(there), and this one is \(here)")
            }
            return .gone("its container \(known.prefix(12)) was removed by somebody")
        }
        guard identity.isOf(state) else {
            let words = Diagnostic.foreign(identity.name, client.tool)
            return note.id == nil ? .elsewhere(words) : .gone(words)
        }
        if let known = note.id, known != state.id {
            return .gone("its container \(known.prefix(12)) was removed by somebody, and another has its name")
        }
        switch state.phase {
        case .created:
            return asked.wasClaimed
                ? .gone("its container is there, and does not know that it was started") : .absent
        case .live: return .running(since: state.startedAt)
        case .over:
            if try await isBeingRemoved(state, note, identity, client) {
                return .gone("its container \(state.id.prefix(12)) was removed by somebody")
            }
            return try await end(state, note, folder, client)
        case nil:
            return .unreachable(
                "\(client.tool.rawValue) says of \(identity.name) what nobody understands: \(state.status)")
        }
    }

    /// Whoever removes a container by force ends it first (docker with SIGKILL, podman with SIGTERM where that is
    /// enough): for a moment it seems to have ended by itself.
    private func isBeingRemoved(
        _ state: ContainerState, _ note: ContainerNote, _ identity: ContainerIdentity, _ client: ContainerClient
    ) async throws(ContainerSilence) -> Bool {
        let seemsEnded = Self.endedBySignal.contains(state.exitCode) && note.isStopped != true
        guard note.id != nil, state.status == "removing" || seemsEnded else { return false }
        for look in 0..<100 {
            guard let now = try await client.inspect([identity.name])[identity.name], now.id == state.id else {
                return true
            }
            if now.status != "removing", look >= 30 { return false }
            await pause(milliseconds: 100)
        }
        return false
    }

    /// What a shell, and a tool, make of SIGKILL and of SIGTERM.
    private static let endedBySignal: [Int32] = [137, 143]

    /// How it ended, which is written down: the container is going to be removed.
    private func end(
        _ state: ContainerState, _ note: ContainerNote, _ folder: ContainerFolder, _ client: ContainerClient
    ) async throws(ContainerSilence) -> Observation {
        var observation = state.end(by: client.tool.rawValue, isStopped: note.isStopped ?? false)
        if case .ended(126...127, let moment) = observation {
            let last = try await client.lastLines(state.id)
            if let why = Self.initComplaint(last) {
                observation = .failed(
                    .refused, "\(why); \(Diagnostic.containerProgramRemedy)", at: moment)
            }
        }
        var note = note
        note.id = state.id
        note.end = ContainerNote.End(observation)
        // Where it cannot be written the container is still there, and says the same the next time.
        try? folder.write(note)
        if case .ended(let status, _) = observation { folder.writeExit(status) }
        return observation
    }

    /// What the container's first process says when it cannot run the command (tini, catatonit); `nil` for anything
    /// else.
    static func initComplaint(_ text: String) -> String? {
        for line in text.split(whereSeparator: \.isNewline) {
            guard line.hasPrefix("[FATAL tini") || line.contains("catatonit") else { continue }
            if let start = line.range(of: "exec ")?.lowerBound {
                return "the image has no program that can be run: \(line[start...].prefix(300))"
            }
        }
        return nil
    }
}
