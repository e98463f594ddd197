public import Manifests

/// What those that wait for a run look at of it.
public struct Upstream: Sendable, Hashable {
    public var phase: RunPhase
    /// Whether it cannot begin unless somebody does something.
    public var isStuck: Bool
    /// Where the outputs of its success are, and can only be read by agents of that place; `nil` where any can.
    public var location: String?

    public init(phase: RunPhase, isStuck: Bool = false, location: String? = nil) {
        self.phase = phase
        self.isStuck = isStuck
        self.location = location
    }

    public init(_ run: RunRecord, location: String? = nil) {
        self.init(phase: run.phase, isStuck: run.isStuck, location: location)
    }

    /// The phase as others are told of it: they need not hear of each step that an agent takes.
    fileprivate var word: String { (phase.isActive ? RunPhase.running : phase).rawValue }

    /// Whether it looks the same to all who wait for it.
    public func isSame(as other: Upstream) -> Bool { word == other.word && isStuck == other.isStuck }
}

/// Whether a run may begin, by the runs that it waits for.
public enum Readiness: Sendable, Hashable {
    /// - Parameter affinity: the place whose agents can read its inputs; `nil` where any can.
    case ready(affinity: String?)
    /// Blocked until others have come further, which they may do by themselves.
    case waiting(message: String)
    /// Blocked until somebody does something about another run.
    case impossible(BlockReason, message: String)
}

/// Why a run is blocked, as a word for machines.
public enum BlockReason: String, Sendable, Hashable, CaseIterable {
    /// Others that it waits for have not ended yet.
    case blocked = "Blocked"
    /// Another that it waits for ended badly, or cannot begin itself.
    case dependencyFailed = "DependencyFailed"
    /// Its inputs are in places of which no agent can read both.
    case inputsApart = "InputsApart"
}

extension RunSpecification {
    /// Whether it may begin.
    ///
    /// It depends on nothing but how the others are now: whoever asks again later, or after a crash, gets what holds
    /// then.
    ///
    /// - Parameter upstreams: the runs that it waits for, by identity; those that are not recorded are missing.
    public func readiness(_ upstreams: [Digest: Upstream]) -> Readiness {
        var waiting: [String] = []
        for dependency in dependencies {
            guard let upstream = upstreams[dependency.identity] else {
                waiting.append("Run/\(dependency.run) (not recorded)")
                continue
            }
            switch (upstream.phase, dependency.condition) {
            case (.succeeded, _): continue
            case (_, .finished) where upstream.phase.isTerminal: continue
            case (_, .succeeded) where upstream.phase.isTerminal:
                return .impossible(
                    .dependencyFailed,
                    message: "Run/\(dependency.run) \(upstream.phase.sentence); "
                        + "`reconcile retry \(dependency.run)` or change it")
            case _ where upstream.isStuck:
                return .impossible(
                    .dependencyFailed,
                    message: "waits for Run/\(dependency.run), which cannot begin; "
                        + "`reconcile explain run/\(dependency.run)` says why")
            default: waiting.append("Run/\(dependency.run) (\(upstream.word))")
            }
        }
        if let first = waiting.first {
            return .waiting(
                message: "waits for \(first)" + (waiting.count > 1 ? " and \(waiting.count - 1) more" : ""))
        }
        return place(of: upstreams)
    }

    private func place(of upstreams: [Digest: Upstream]) -> Readiness {
        var found: (run: ObjectName, location: String)?
        for input in inputs.sorted(by: { $0.run < $1.run }) {
            guard let location = upstreams[input.identity]?.location else { continue }
            if let found, found.location != location {
                return .impossible(
                    .inputsApart,
                    message: "the outputs of Run/\(found.run) are in \(found.location) and those of "
                        + "Run/\(input.run) in \(location), and no agent can read both; "
                        + "let both runs be executed in one place")
            }
            found = (input.run, location)
        }
        return .ready(affinity: found?.location)
    }
}

extension RunRecord {
    /// Whether it waits for other runs, rather than for an agent or the end of a back-off.
    public var isBlocked: Bool { phase == .pending && notBefore == nil }

    /// Whether it is blocked until somebody does something.
    public var isStuck: Bool { isBlocked && reason != BlockReason.blocked.rawValue }

    /// The event that takes a waiting run to where it stands; `nil` where it is there already.
    public func event(toward readiness: Readiness) -> RunEvent? {
        let event: RunEvent =
            switch readiness {
            case .ready(let affinity): .unblocked(affinity: affinity)
            case .waiting(let message): .blocked(.blocked, message: message)
            case .impossible(let reason, let message): .blocked(reason, message: message)
            }
        // The moment plays no part in these events.
        guard let next = try? after(event, at: createdAt), next != self else { return nil }
        return event
    }
}

extension RunPhase {
    /// How a run ended, behind its name.
    fileprivate var sentence: String {
        switch self {
        case .cancelled: "was cancelled"
        case .lost: "was lost"
        default: rawValue
        }
    }
}
