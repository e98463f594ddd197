import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// An advisory lock on a file (`flock`), held until the value goes away. The kernel lets go of it when the process
/// ends, however it ends, so that nobody has to clean up after a crash; the file itself stays, because removing it
/// would let two holders lock two files of the same name.
public struct FileLock: ~Copyable, Sendable {
    private let file: OpenFile

    private init(_ file: consuming OpenFile) { self.file = file }

    /// `nil` when somebody else holds it.
    ///
    /// - Parameter isShared: whether others may hold it too who say so.
    public static func attempt(_ path: String, isShared: Bool = false) throws -> FileLock? {
        let file = try OpenFile(path, O_RDWR | O_CREAT)
        while flock(file.descriptor, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return nil }
            guard errno == EINTR else { throw Diagnostic.fileAccess("lock", path, errno: errno) }
        }
        return FileLock(file)
    }

    /// Waits without holding a thread, for as long as whoever builds may take.
    static func acquire(_ path: String, patience: Duration, waiting: () -> Void) async throws -> FileLock {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        var pause = Duration.milliseconds(2)
        var said = false
        while true {
            if let lock = try attempt(path) { return lock }
            if !said { waiting() }
            said = true
            guard clock.now < deadline else { throw Diagnostic.lockTimedOut(path, after: patience) }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(100))
        }
    }

    /// Waits on the thread, for locks that are held for some milliseconds only.
    public static func acquireBriefly(_ path: String, isShared: Bool = false) throws -> FileLock {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(10)
        while true {
            if let lock = try attempt(path, isShared: isShared) { return lock }
            guard clock.now < deadline else { throw Diagnostic.lockTimedOut(path, after: .seconds(10)) }
            usleep(500)
        }
    }
}
