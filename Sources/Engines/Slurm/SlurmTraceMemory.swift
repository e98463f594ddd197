import Foundation
import Records

/// What was read in the folder of an attempt, and of which state of the folder that was: a thousand attempts that go on
/// are a thousand questions to the file system, and not five thousand files.
///
/// Whatever is read there is a file of its own that is created, removed or put in another's place, and so changes the
/// folder. What was read soon after the folder changed is not relied on: a file may have been empty still, and the file
/// system's clock may not have ticked between two changes.
struct SlurmTraceMemory: Sendable {
    let trace: SlurmTrace
    private let version: FolderVersion?
    /// When this version of the folder was first seen.
    private let seen: Timestamp
    /// Whether the trace was read well after that.
    private let isSettled: Bool

    private static let settling = Duration.seconds(2)

    /// Reads the folder, or takes what was known of it before.
    init(of reference: SubmissionReference, after known: SlurmTraceMemory?, at now: Timestamp) {
        // Before the files: what changes meanwhile makes another version.
        version = FolderVersion(of: reference.folder)
        guard let known, let version, known.version == version, known.trace.reference == reference else {
            (seen, isSettled) = (now, false)
            trace = SlurmTrace(reference)
            return
        }
        seen = known.seen
        if known.isSettled {
            (trace, isSettled) = (known.trace, true)
        } else {
            trace = SlurmTrace(reference)
            isSettled = now - seen >= Self.settling
        }
    }
}

/// What was read in the folders of attempts that go on, by folder.
///
/// Whoever watches an attempt asks about it again and again. One that nobody has asked about for long has gone over to
/// another agent, and nobody here will say that it has ended.
struct SlurmTraces: Sendable {
    private var known: [String: Entry] = [:]
    /// When those were last dropped that nobody asks about.
    private var swept: Timestamp?

    private static let kept = Duration.seconds(3600)

    private struct Entry {
        var memory: SlurmTraceMemory
        var asked: Timestamp
    }

    var count: Int { known.count }

    subscript(folder: String) -> SlurmTraceMemory? { known[folder]?.memory }

    /// Keeps what was read of an attempt, unless it has ended.
    mutating func keep(_ memory: SlurmTraceMemory, at now: Timestamp) {
        let isOver = memory.trace.decided != nil
        known[memory.trace.reference.folder] = isOver ? nil : Entry(memory: memory, asked: now)
        guard let swept, now - swept < Self.kept else {
            known = known.filter { now - $0.value.asked < Self.kept }
            return swept = now
        }
    }

    mutating func forget(_ folder: String) { known[folder] = nil }
}

/// What tells one state of a folder's entries from another.
private struct FolderVersion: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let seconds: Int
    private let nanoseconds: Int

    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
        (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
}
