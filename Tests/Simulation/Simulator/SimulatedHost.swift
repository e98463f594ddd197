import Engines
import Records
import YAML

/// A machine with a clock of its own and a table of what runs on it.
///
/// Proof: see `EventLoop`; a host is part of one world, which lives on one thread.
final class SimulatedHost: @unchecked Sendable {
    let name: String
    let index: Int
    /// How far its clock is ahead of the true time, in milliseconds.
    var clockError: Int64
    var isUp = true
    /// Grows with each restart.
    var boots = 1
    /// Nothing on it reaches the store before.
    var partitionedUntil: Int64 = 0
    /// What was ever started here, by the engine's name for it.
    var starts: [String: Start] = [:]
    /// What was never started, and never will be for whoever has no later token than this.
    var seals: [String: Int64] = [:]
    /// The highest token with which anything was ever done about an attempt here.
    private var fences: [String: Int64] = [:]

    init(_ name: String, index: Int, clockError: Int64) {
        self.name = name
        self.index = index
        self.clockError = clockError
    }

    /// Whether a seal binds whoever has a token.
    func isSealed(_ name: String, for token: Int64?) -> Bool {
        guard let seal = seals[name] else { return false }
        return seal >= token ?? .min
    }

    /// Refuses an older token than one that has been here.
    func pass(_ name: String, _ token: Int64?) throws {
        guard let token else { return }
        if let highest = fences[name], highest > token {
            throw Diagnostic(.superseded, "a later claim has \(name): \(highest), and this is \(token)")
        }
        fences[name] = token
    }

    /// The moment that every world begins at.
    static let beginning = Timestamp(milliseconds: 1_800_000_000_000)

    /// The process table that is in force since the last restart.
    var machine: String { "\(name), boot \(boots)" }

    func clock(at now: Int64) -> Timestamp { Self.beginning + .milliseconds(now + clockError) }
}

/// A command that an engine has really started.
///
/// Proof: see `EventLoop`; it is part of one world, which lives on one thread.
final class Start: @unchecked Sendable {
    enum End: Equatable {
        case status(Int32)
        /// Cut off, without a word of how it ended.
        case vanished(String)
    }

    let run: String
    let attempt: Int
    let host: SimulatedHost
    let at: Int64
    /// The process that submitted it.
    let by: String
    /// When it ends by itself, and how.
    let natural: (at: Int64, status: Int32)
    /// It does not end when it is asked to, only when it is killed.
    let resists: Bool
    /// The end that came before its own.
    private(set) var cut: (at: Int64, end: End)?
    /// The engine knows nothing of it any more.
    var isForgotten = false

    init(
        run: String, attempt: Int, host: SimulatedHost, at: Int64, by: String, natural: (at: Int64, status: Int32),
        resists: Bool
    ) {
        self.run = run
        self.attempt = attempt
        self.host = host
        self.at = at
        self.by = by
        self.natural = natural
        self.resists = resists
    }

    func end(at now: Int64) -> End? {
        if let cut { return cut.end }
        return now >= natural.at ? .status(natural.status) : nil
    }

    func isLive(at now: Int64) -> Bool { end(at: now) == nil }

    /// Ends it now, where it lives.
    func cut(_ end: End, at now: Int64) {
        if isLive(at: now) { cut = (now, end) }
    }
}
