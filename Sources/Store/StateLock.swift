import Dispatch
import Foundation
public import Manifests
public import Records
import YAML

/// Who holds a state.
public struct LockHolder: Sendable, Hashable, Codable, CustomStringConvertible {
    /// By which `unlock` is told which hold is meant.
    public var id: String?
    public var actor: String
    public var host: String
    public var process: Int32
    /// Which process table that number is of; `nil` or empty where unknown.
    public var machine: String?
    /// The command that was given.
    public var command: String
    public var since: Timestamp
    /// The run of a CI system in which it is done, and where that can be looked at.
    public var run: String?
    public var url: String?
    /// The commit that is applied.
    public var commit: String?

    public init(
        actor: String, host: String, process: Int32, command: String, since: Timestamp, id: String? = nil,
        machine: String? = nil, run: String? = nil, url: String? = nil, commit: String? = nil
    ) {
        self.id = id
        self.actor = actor
        self.host = host
        self.process = process
        self.machine = machine
        self.command = command
        self.since = since
        self.run = run
        self.url = url
        self.commit = commit
    }

    public var description: String {
        let place = "process \(process) on \(host), `\(command)`, since \(since)"
        let more = [run.map { "CI run \($0)" }, url, id.map { "lock \($0)" }].compactMap(\.self)
        return "\(actor) (\(([place] + more).joined(separator: ", ")))"
    }
}

/// The right to act on a state, which ends with the value.
public protocol StateHold: Sendable {
    /// What `StateTransaction.demandHold` compares with; `nil` where it cannot be lost while its holder lives.
    var hold: String? { get }

    /// Who held it before and is gone without having given it back.
    var superseded: LockHolder? { get }

    /// Sees to it that it is still held: where the connection that held it broke, it is taken again.
    ///
    /// - Throws: `Diagnostic.locked` or `Diagnostic.holdLost` where somebody else had it meanwhile.
    func renew() async throws
}

extension StateHold {
    public var superseded: LockHolder? { nil }
}

/// The right to act on a state, for one process at a time.
///
/// It is given back however its holder ends, `kill -9` included, so that nobody has to unlock by hand: the kernel does
/// it for a file, and the server, which notices the connection's end, for PostgreSQL. For a branch the next takes it
/// from a holder that gives no sign of life.
public final class StateLock: StateHold {
    private let grip: any LockGrip

    public var hold: String? { grip.hold }
    public var superseded: LockHolder? { grip.superseded }

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - unique: a name for this hold that no other ever has.
    ///   - isGone: whether a holder is provably not there any more.
    ///   - now: the clock.
    /// - Throws: `Diagnostic.locked` naming the holder where somebody else has it: at once, but for a branch whose
    ///   holder has been silent for long, which is watched for a while.
    public init(
        _ address: StateAddress, holder: LockHolder, unique: @autoclosure () -> String,
        isGone: @Sendable (LockHolder) -> Bool = { _ in false },
        now: @escaping @Sendable () -> Timestamp = Timestamp.wallClock
    ) throws {
        switch address {
        case .sqlite(let path): grip = try FileGrip(path: address.lockFile ?? path, holder: holder)
        case .postgres(let url): grip = try PostgresGrip(url: url, holder: holder, hold: unique())
        case .git(let place): grip = try GitGrip(place, holder: holder, hold: unique(), isGone: isGone, now: now)
        }
    }

    /// Who holds the lock of a state, as far as can be told; `nil` where nobody wrote it. It is for showing: only
    /// taking the lock tells for sure.
    public static func holder(of address: StateAddress) throws -> LockHolder? {
        switch address {
        case .sqlite(let path): FileGrip.holder(in: address.lockFile ?? path)
        case .postgres(let url): try PostgresGrip.holder(url: url)
        case .git(let place): try GitGrip.holder(place)
        }
    }

    /// Takes the lock from whoever holds it; what that one still wants to write as its holder is refused.
    ///
    /// - Parameter isMeant: whether it is this holder's lock that is to be broken.
    /// - Returns: who held it, or left it behind; `nil` where nobody did.
    /// - Throws: `Diagnostic.locked` where it is not the one who is meant; `Diagnostic.lockOfLiving` where only its
    ///   process can give it back.
    public static func breakLock(
        of address: StateAddress, at now: Timestamp, isMeant: (LockHolder) -> Bool
    ) throws -> LockHolder? {
        switch address {
        case .sqlite(let path): try FileGrip.clear(address.lockFile ?? path, isMeant: isMeant)
        case .postgres(let url): try PostgresGrip.breakLock(url: url, isMeant: isMeant)
        case .git(let place): try GitGrip.breakLock(place, at: now, isWanted: isMeant)
        }
    }

    /// Sees to it that the lock is still held: where its connection broke, it is taken again.
    ///
    /// - Throws: `Diagnostic.locked` or `Diagnostic.holdLost` where somebody else had it meanwhile; another
    ///   `Diagnostic` where the server cannot be reached.
    public func renew() async throws {
        let grip = grip
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            // It waits for a server, and no thread on which asynchronous work runs may.
            DispatchQueue.global().async { continuation.resume(with: Result { try grip.renew() }) }
        }
    }
}

/// What a lock is held by; it is given back with the value.
protocol LockGrip: Sendable {
    var hold: String? { get }
    var superseded: LockHolder? { get }
    func renew() throws
}

extension Timestamp {
    /// What the machine's clock says.
    public static let wallClock: @Sendable () -> Timestamp = {
        Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }
}

extension LockHolder {
    /// For people and programs, with moments as text.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "actor": .string(actor), "host": .string(host), "process": .int(Int64(process)),
            "command": .string(command), "since": .string(since.precise),
        ]
        for (name, text) in [("id", id), ("machine", machine), ("run", run), ("url", url), ("commit", commit)] {
            if let text { members[name] = .string(text) }
        }
        return .object(members)
    }

    /// Reads what `json` makes; `nil` where it is something else.
    init?(_ document: JSONValue) {
        guard let actor = document["actor"]?.string, let host = document["host"]?.string,
            let process = document["process"]?.int.flatMap(Int32.init(exactly:)),
            let since = document["since"]?.string.flatMap(Timestamp.init(precise:))
        else { return nil }
        self.init(
            actor: actor, host: host, process: process, command: document["command"]?.string ?? "", since: since,
            id: document["id"]?.string, machine: document["machine"]?.string, run: document["run"]?.string,
            url: document["url"]?.string, commit: document["commit"]?.string)
    }
}
