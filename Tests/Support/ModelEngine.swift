public import Engines
public import Manifests
public import Records
import Synchronization
public import YAML

/// An engine in memory that does what a test tells it to.
///
/// Engines that share a `World` are to each other what two processes on one machine are: what one submitted, the
/// other finds.
public final class ModelEngine: Engine {
    /// What becomes of a submission.
    public enum Behaviour: Sendable {
        /// It runs until it is ended, lost or cancelled.
        case stays
        /// It ends at once.
        case ends(Int32)
        /// It cannot be cancelled softly; it runs on through the grace and is gone then.
        case resists
        /// It waits in the engine's own queue, with this word for why, until a test lets it run.
        case queues(String)
        /// The engine does not take it.
        case refused(Diagnostic)
    }

    /// What is really there, whoever looks.
    public final class World: Sendable {
        fileprivate let attempts = Mutex<[String: Attempt]>([:])

        public init() {}

        /// How often each name was submitted; only the first time is anything started. A sealed one is not counted.
        public var submissions: [String: Int] {
            attempts.withLock { $0.mapValues(\.submissions).filter { $0.value > 0 } }
        }

        /// What runs now.
        public var running: Set<String> {
            attempts.withLock { attempts in
                Set(attempts.filter { if case .running = $0.value.state { true } else { false } }.keys)
            }
        }

        /// The most that ever ran at once.
        public var peak: Int { mostRunning.withLock { $0 } }
        fileprivate let mostRunning = Mutex(0)

        /// Ends an attempt with a status.
        public func end(_ name: String, status: Int32 = 0) { settle(name, .ended(status: status, at: nil)) }

        /// Lets what waits in the engine's queue run.
        public func run(_ name: String, since moment: Timestamp? = nil) {
            attempts.withLock { attempts in
                guard case .waiting? = attempts[name]?.state else { return }
                attempts[name]?.state = .running(since: moment)
            }
        }

        /// Has the engine end an attempt, or put it back into its queue.
        public func set(_ name: String, _ state: Observation) { attempts.withLock { $0[name]?.state = state } }

        /// Why the engine cannot be asked anything; `nil` where it can.
        public var silence: String? {
            get { silenced.withLock { $0 } }
            set { silenced.withLock { $0 = newValue } }
        }
        private let silenced = Mutex<String?>(nil)

        /// How often somebody wanted something done of the silent engine.
        public var unheard: Int { unheardCount.withLock { $0 } }
        private let unheardCount = Mutex(0)

        fileprivate func demandVoice() throws {
            guard let silence else { return }
            unheardCount.withLock { $0 += 1 }
            throw Diagnostic.engineUnreachable("the model", silence)
        }

        /// Takes an attempt away without a word of how it ended.
        public func lose(_ name: String) { settle(name, .gone("lost by the test")) }

        fileprivate func settle(_ name: String, _ state: Observation) {
            attempts.withLock { attempts in
                guard attempts[name]?.state.isLive == true else { return }
                attempts[name]?.state = state
            }
        }
    }

    fileprivate struct Attempt: Sendable {
        var state: Observation
        var resists = false
        var submissions = 0
        /// The token with which it was sealed; a later one does not see the seal.
        var sealToken: Int64?
        /// The highest that was ever shown.
        var highestToken: Int64?

        func isSealedInVain(for token: Int64?) -> Bool {
            guard submissions == 0, let sealToken, let token else { return false }
            return sealToken < token
        }
    }

    /// The engine's own fence: who comes with an older token than somebody before is refused.
    private func pass(_ name: String, _ token: Int64?, _ attempt: Attempt?) throws {
        guard let token, let highest = attempt?.highestToken, highest > token else { return }
        throw Diagnostic(.superseded, "a later claim has \(name)")
    }

    public let kind = EngineKind.localProcess
    public let world: World
    private let host: String
    private let now: @Sendable () -> Timestamp
    private let hasQueue: Bool
    private let behaviour: @Sendable (Submission) -> Behaviour

    public init(
        host: String, world: World = World(), hasQueue: Bool = false, now: @escaping @Sendable () -> Timestamp,
        behaviour: @escaping @Sendable (Submission) -> Behaviour = { _ in .ends(0) }
    ) {
        self.host = host
        self.world = world
        self.now = now
        self.hasQueue = hasQueue
        self.behaviour = behaviour
    }

    public func hasQueue(for target: EngineTarget?) -> Bool { hasQueue }

    public func submit(_ submission: Submission) async throws {
        try world.demandVoice()
        let behaviour = behaviour(submission)
        if case .refused(let diagnostic) = behaviour { throw diagnostic }
        let moment = now()
        let running = try world.attempts.withLock { attempts in
            let (name, token) = (submission.name, submission.token)
            if attempts[name]?.submissions ?? 0 == 0 { try pass(name, token, attempts[name]) }
            if attempts[name]?.isSealedInVain(for: token) == true { attempts[name] = nil }
            let isSealed = attempts[name]?.submissions == 0
            if !isSealed {
                attempts[name, default: Attempt(behaviour, at: moment)].submissions += 1
                if let token { attempts[name]?.highestToken = token }
            }
            return attempts.values.count { if case .running = $0.state { true } else { false } }
        }
        world.mostRunning.withLock { $0 = max($0, running) }
    }

    public func observe(_ reference: SubmissionReference) async -> Observation {
        guard reference.host == host else { return .elsewhere("on \(reference.host)") }
        if let silence = world.silence { return .unreachable(silence) }
        return world.attempts.withLock { attempts in
            guard let attempt = attempts[reference.name], !attempt.isSealedInVain(for: reference.token) else {
                return .absent
            }
            return attempt.state
        }
    }

    public func wait(for reference: SubmissionReference, until deadline: Timestamp?) async -> Observation {
        while true {
            let observation = await observe(reference)
            guard observation.isLive else { return observation }
            if let deadline, now() >= deadline { return observation }
            // A clock that a test sets forward wakes nobody, so it is looked at.
            do { try await Task.sleep(for: .milliseconds(2)) } catch { return observation }
        }
    }

    public func change(
        of reference: SubmissionReference, from seen: Observation, until deadline: Timestamp?
    ) async -> Observation {
        while true {
            let observation = await observe(reference)
            guard observation.isSame(as: seen) else { return observation }
            if let deadline, now() >= deadline { return observation }
            do { try await Task.sleep(for: .milliseconds(2)) } catch { return observation }
        }
    }

    public func seal(_ reference: SubmissionReference) async throws -> Observation {
        guard reference.host == host else { return .elsewhere("on \(reference.host)") }
        try world.demandVoice()
        return try world.attempts.withLock { attempts in
            let known = attempts[reference.name]
            if let known, !known.isSealedInVain(for: reference.token) { return known.state }
            try pass(reference.name, reference.token, known)
            attempts[reference.name] = Attempt(
                state: .gone("sealed"), sealToken: reference.token, highestToken: reference.token)
            return .absent
        }
    }

    public func cancel(_ reference: SubmissionReference, grace: Duration) async throws {
        try world.demandVoice()
        let resists = world.attempts.withLock { $0[reference.name]?.resists ?? false }
        if resists {
            _ = await wait(for: reference, until: now() + grace)
            world.settle(reference.name, .gone("killed"))
        } else {
            world.settle(reference.name, .ended(status: 143, at: now()))
        }
    }
}

extension ModelEngine.Attempt {
    fileprivate init(_ behaviour: ModelEngine.Behaviour, at now: Timestamp) {
        switch behaviour {
        case .ends(let status): state = .ended(status: status, at: now)
        case .queues(let reason): state = .waiting(reason: reason, message: "in the model's queue")
        case .stays, .refused: state = .running(since: now)
        case .resists:
            state = .running(since: now)
            resists = true
        }
    }
}
