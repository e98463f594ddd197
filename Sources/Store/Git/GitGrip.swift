import Foundation
import Manifests
import Records
import Synchronization
import YAML

/// The right to act on a state in a branch, as a branch beside it says: one commit without a past, replaced by
/// compare-and-swap.
///
/// Nothing tells a branch that a holder died. Each therefore says again and again that it lives, and one that has been
/// seen not to for longer than it ever pauses loses the lock to the next. A number that only grows goes with the lock:
/// what an old holder still writes is refused by it (`StateTransaction.demandHold`).
final class GitGrip: LockGrip {
    /// What the branch says.
    struct Entry: Sendable {
        var generation: Int64
        /// Of this very hold; empty where nobody holds it.
        var hold: String
        var holder: LockHolder?
        var heartbeat: Timestamp
    }

    private struct State {
        var entry: Entry
        var commit: String
        var renewed: ContinuousClock.Instant
    }

    private let remote: GitRemote
    private let state: Mutex<State>
    private let now: @Sendable () -> Timestamp
    let superseded: LockHolder?

    /// How often a holder says that it lives.
    static let pause = Duration.seconds(10)
    /// A holder of whom nothing is said for so long is watched; one that says nothing while it is, is gone.
    static let silence = Duration.seconds(60)
    static let watch = Duration.seconds(25)

    var hold: String? { state.withLock { Self.token($0.entry) } }

    private static func token(_ entry: Entry) -> String { "\(entry.generation) \(entry.hold)" }

    /// The number in what `hold` gave; `nil` for another kind of hold.
    static func generation(of hold: String) -> Int64? {
        let parts = hold.split(separator: " ")
        return parts.count == 2 ? Int64(parts[0]) : nil
    }

    /// - Parameters:
    ///   - isGone: whether a holder of this machine is provably not there any more.
    ///   - watch: how long a silent holder is watched.
    init(
        _ place: GitPlace, holder: LockHolder, hold: String, isGone: @Sendable (LockHolder) -> Bool,
        now: @escaping @Sendable () -> Timestamp, watch: Duration = GitGrip.watch
    ) throws {
        let remote = GitRemote.lock(place)
        var superseded: LockHolder?
        var taken: State?
        for _ in 0..<8 where taken == nil {
            let tip = try remote.tip()
            // Beside a branch that is something else nothing is put.
            if tip == nil { try GitRemote(place).demandState() }
            let known = try tip.map { try Entry($0, remote, place) }
            if let known, let other = known.holder {
                let isSilent = abs((now() - known.heartbeat).milliseconds) > Self.silence.milliseconds
                var isLost = isGone(other)
                if !isLost, isSilent { isLost = try Self.staysSilent(remote, tip, for: watch) }
                guard isLost else { throw Diagnostic.locked(by: other) }
                superseded = other
            }
            let entry = Entry(
                generation: (known?.generation ?? 0) + 1, hold: hold, holder: holder, heartbeat: now())
            let commit = try Self.make(entry, remote)
            switch try remote.push(commit, expecting: tip) {
            case .landed: taken = State(entry: entry, commit: commit, renewed: .now)
            case .moved: superseded = nil
            case .failed(let fault): throw fault
            }
        }
        guard let taken else { throw Diagnostic.locked(by: try Self.holder(place)) }
        self.remote = remote
        self.now = now
        self.superseded = superseded
        state = Mutex(taken)
    }

    /// Whether nothing is said of a holder's life for longer than one that lives ever pauses, by this machine's clock
    /// alone: clocks of two machines may disagree.
    private static func staysSilent(_ remote: GitRemote, _ tip: String?, for watch: Duration) throws -> Bool {
        let end = ContinuousClock.now + watch
        while ContinuousClock.now < end {
            Thread.sleep(forTimeInterval: min(1, max(0.05, (end - .now) / .seconds(1))))
            guard try remote.tip() == tip else { return false }
        }
        return true
    }

    private static func make(_ entry: Entry, _ remote: GitRemote) throws -> String {
        let who = entry.holder?.actor ?? "reconcile"
        let author = String(who.filter { $0 != "<" && $0 != ">" && $0 != "\n" })
        var stream = FastImport(
            parent: nil, author: author.isEmpty ? "reconcile" : author, seconds: entry.heartbeat.milliseconds / 1000,
            message: entry.holder == nil ? "Nobody holds the state\n" : "The state is held by \(author)\n")
        stream.write(Array(entry.json.pretty.utf8) + [0x0A], to: Entry.path)
        stream.finish()
        return try remote.make(stream)
    }

    func renew() throws {
        guard state.withLock({ ContinuousClock.now - $0.renewed > Self.pause }) else { return }
        try renewNow()
    }

    /// Says that the holder lives.
    func renewNow() throws {
        try state.withLock { state in
            var entry = state.entry
            entry.heartbeat = now()
            let commit = try Self.make(entry, remote)
            switch try remote.push(commit, expecting: state.commit) {
            case .landed:
                state.entry = entry
                state.commit = commit
                state.renewed = .now
            case .moved:
                let other = try remote.tip().map { try Entry($0, remote, remote.place) }
                throw Diagnostic.holdLost(to: other?.holder)
            case .failed(let fault): throw fault
            }
        }
    }

    static func holder(_ place: GitPlace) throws -> LockHolder? {
        let remote = GitRemote.lock(place)
        return try remote.tip().flatMap { try Entry($0, remote, place).holder }
    }

    /// Takes the lock from whoever holds it.
    ///
    /// - Parameter isWanted: whether this holder is meant.
    /// - Returns: who held it; `nil` where nobody did.
    /// - Throws: `Diagnostic.locked` where somebody else holds it than who is meant.
    static func breakLock(
        _ place: GitPlace, at now: Timestamp, isWanted: (LockHolder) -> Bool
    ) throws -> LockHolder? {
        let remote = GitRemote.lock(place)
        for _ in 0..<8 {
            guard let tip = try remote.tip() else { return nil }
            let known = try Entry(tip, remote, place)
            guard let holder = known.holder else { return nil }
            guard isWanted(holder) else { throw Diagnostic.locked(by: holder) }
            let free = Entry(generation: known.generation, hold: "", holder: nil, heartbeat: now)
            switch try remote.push(try make(free, remote), expecting: tip) {
            case .landed: return holder
            case .moved: continue
            case .failed(let fault): throw fault
            }
        }
        throw Diagnostic.branchBusy("\(place)")
    }

    deinit {
        // The number stays: it must never be given twice. Where the remote does not answer, the next has to watch
        // whether anybody is there.
        let last = state.withLock { $0 }
        let free = Entry(generation: last.entry.generation, hold: "", holder: nil, heartbeat: now())
        if let commit = try? Self.make(free, remote) { _ = try? remote.push(commit, expecting: last.commit) }
    }
}

extension GitGrip.Entry {
    fileprivate static let path = "lock.json"

    fileprivate init(_ commit: String, _ remote: GitRemote, _ place: GitPlace) throws {
        let files = try remote.files(of: commit).filter { $0.path == Self.path }
        guard let content = try remote.contents(files).first, let document = try? JSONValue(parsing: content),
            let generation = document["generation"]?.int,
            let heartbeat = document["heartbeatAt"]?.string.flatMap(Timestamp.init(precise:))
        else { throw Diagnostic.branchForeign("\(place)", commit: commit) }
        self.generation = generation
        self.heartbeat = heartbeat
        hold = document["hold"]?.string ?? ""
        holder = document["holder"].flatMap(LockHolder.init)
    }

    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = [
            "formatVersion": "1", "generation": .int(generation), "heartbeatAt": .string(heartbeat.precise),
        ]
        if let holder {
            members["hold"] = .string(hold)
            members["holder"] = holder.json
        }
        return .object(members)
    }
}
