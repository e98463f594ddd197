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
public protocol StateHold: Sendable {}

/// The right to act on a state, for one process at a time.
///
/// It is an advisory lock on a file beside the state (flock(2)): the kernel gives it back however its holder ends,
/// so it can't be left behind by a `kill -9`, and nobody has to unlock by hand.
public final class StateLock: StateHold {
    private let descriptor: Int32

    /// Takes the lock.
    ///
    /// - Throws: `Diagnostic.locked` naming the holder, at once, where somebody else has it.
    public init(path: String, holder: LockHolder) throws {
        // Kept only once it is locked: an initialiser that throws after its properties are set runs `deinit` too, which
        // would close the descriptor a second time, and by then it may be another's.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw Diagnostic.lockUnusable(path: path, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let holder = reason == EWOULDBLOCK ? Self.holder(in: path) : nil
            close(descriptor)
            throw reason == EWOULDBLOCK
                ? Diagnostic.locked(by: holder)
                : Diagnostic.lockUnusable(path: path, reason: String(cString: strerror(reason)))
        }
        self.descriptor = descriptor
        ftruncate(descriptor, 0)
        // Without the name the lock holds all the same; only a second reconciler's message is poorer.
        guard let text = try? JSONEncoder().encode(holder) else { return }
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// Who holds the lock, as far as the file says; `nil` where nobody wrote it. It is for showing: only taking the
    /// lock tells for sure.
    public static func holder(in path: String) -> LockHolder? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return try? JSONDecoder().decode(LockHolder.self, from: data)
    }

    deinit {
        // What a process that was killed leaves in the file is recognised by its process being gone.
        ftruncate(descriptor, 0)
        // A process that is just being started has a copy of the descriptor until it executes its program; closing
        // this one alone would leave the state locked so long.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
