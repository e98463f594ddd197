import Dispatch
import Foundation
public import Records
import YAML

/// Who holds a state.
public struct LockHolder: Sendable, Hashable, Codable, CustomStringConvertible {
    public var actor: String
    public var host: String
    public var process: Int32
    /// The command that was given.
    public var command: String
    public var since: Timestamp

    public init(actor: String, host: String, process: Int32, command: String, since: Timestamp) {
        self.actor = actor
        self.host = host
        self.process = process
        self.command = command
        self.since = since
    }

    public var description: String { "\(actor) (process \(process) on \(host), `\(command)`, since \(since))" }
}

/// The right to act on a state, which ends with the value.
public protocol StateHold: Sendable {
    /// What `StateTransaction.demandHold` compares with; `nil` where it cannot be lost while its holder lives.
    var hold: String? { get }

    /// Sees to it that it is still held: where the connection that held it broke, it is taken again.
    ///
    /// - Throws: `Diagnostic.locked` or `Diagnostic.holdLost` where somebody else had it meanwhile.
    func renew() async throws
}

/// The right to act on a state, for one process at a time.
///
/// It is given back however its holder ends, `kill -9` included, so that nobody has to unlock by hand: the kernel does
/// it for a file, and the server, which notices the connection's end, for PostgreSQL.
public final class StateLock: StateHold {
    private let grip: any LockGrip

    public var hold: String? { grip.hold }

    /// Takes the lock.
    ///
    /// - Parameter unique: a name for this hold that no other ever has.
    /// - Throws: `Diagnostic.locked` naming the holder, at once, where somebody else has it.
    public init(_ address: StateAddress, holder: LockHolder, unique: @autoclosure () -> String) throws {
        switch address {
        case .sqlite(let path): grip = try FileGrip(path: address.lockFile ?? path, holder: holder)
        case .postgres(let url): grip = try PostgresGrip(url: url, holder: holder, hold: unique())
        }
    }

    /// Who holds the lock of a state, as far as can be told; `nil` where nobody wrote it. It is for showing: only
    /// taking the lock tells for sure.
    public static func holder(of address: StateAddress) throws -> LockHolder? {
        switch address {
        case .sqlite(let path): FileGrip.holder(in: address.lockFile ?? path)
        case .postgres(let url): try PostgresGrip.holder(url: url)
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
    func renew() throws
}
