import Foundation
import YAML

/// An advisory lock on a file beside the state (flock(2)), with the holder's name in it.
final class FileGrip: LockGrip {
    private let descriptor: Int32
    let superseded: LockHolder?

    /// The kernel takes it back from nobody who lives.
    var hold: String? { nil }
    func renew() {}

    init(path: String, holder: LockHolder) throws {
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
        superseded = Self.holder(in: path)
        ftruncate(descriptor, 0)
        // Without the name the lock holds all the same; only a second reconciler's message is poorer.
        guard let text = try? JSONEncoder().encode(holder) else { return }
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// Forgets a holder that is gone. One that lives keeps the lock: only the kernel takes it back.
    static func clear(_ path: String, isMeant: (LockHolder) -> Bool) throws -> LockHolder? {
        guard let holder = holder(in: path) else { return nil }
        guard isMeant(holder) else { throw Diagnostic.locked(by: holder) }
        do {
            _ = try FileGrip(path: path, holder: holder)
        } catch let fault as Diagnostic where fault.code == .stateLocked {
            throw Diagnostic.lockOfLiving(holder)
        }
        return holder
    }

    static func holder(in path: String) -> LockHolder? {
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
