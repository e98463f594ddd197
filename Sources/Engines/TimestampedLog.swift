import Foundation
import Images
import Records
import Synchronization
import YAML

/// A file to which the lines of a command's output are appended once, from an engine that gives each with its moment
/// (`2026-11-26T09:41:07.123456789Z the line`) and can be asked for those since one.
///
/// However often the engine is asked, and from whichever moment it begins to tell, the file has each line once. What
/// was taken is marked beside the file, so that another process goes on where one was killed. Only one value of a file
/// exists at a time, on a machine.
public final class TimestampedLog: Sendable {
    /// What of a log is in its file.
    struct Mark: Sendable, Hashable {
        /// The moment of the last line, as the engine wrote it; `nil` before the first.
        var moment: LogMoment?
        /// How many lines of that moment.
        var lines = 0
        /// The size of the file with them.
        var bytes: Int64 = 0
    }

    /// How far one is in what the engine tells.
    private enum Place: Sendable {
        /// Where a moment stands, with what of it has come.
        case moment([UInt8])
        /// In a line, so many bytes of its text along.
        case text(Int)
    }

    private struct State: ~Copyable, Sendable {
        let lock: FileLock
        let descriptor: Int32
        /// What is safely there.
        var mark: Mark
        /// The same with what has come since.
        var next: Mark
        /// The last line that was taken before; `nil` as soon as what is told goes beyond it.
        var former: Mark?
        /// How many lines of its moment have been passed over.
        var passed = 0
        var place = Place.moment([])
        /// Whether what comes is new.
        var isNew: Bool
        var buffer: [UInt8] = []

        deinit { close(descriptor) }
    }

    private let path: String
    /// The path of the mark.
    private let marks: String
    private let joint: Int?
    private let most: Int64
    private let state: Mutex<State>

    /// A moment is shorter than this.
    private static let longestMoment = 64

    /// Waits until nobody else has the file.
    ///
    /// - Parameters:
    ///   - path: of the log; it is made where it is not there.
    ///   - joint: after so many bytes without a line break the engine breaks a line by itself, and writes another
    ///     moment where it goes on; `nil` where it does not.
    ///   - most: bytes of the file; what would be more is an error.
    /// - Throws: a `Diagnostic` where the file cannot be written, or another process has had it for half a minute.
    public static func open(_ path: String, joint: Int? = nil, most: Int64 = 16 << 30) async throws -> TimestampedLog {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let marks = parts.dropLast().joined(separator: "/") + "/.\(parts.last ?? "").mark"
        for _ in 0..<1500 {
            if let lock = try FileLock.attempt(marks) {
                return try TimestampedLog(path, marks: marks, lock, joint: joint, most: most)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Diagnostic.logUnusable(path, reason: "another process has been writing it for half a minute")
    }

    private init(_ path: String, marks: String, _ lock: consuming FileLock, joint: Int?, most: Int64) throws {
        (self.path, self.marks, self.joint, self.most) = (path, marks, joint, most)
        let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw Diagnostic.logUnusable(path, reason: String(cString: strerror(errno))) }
        var status = stat()
        var mark = Mark(FileManager.default.contents(atPath: marks)) ?? Mark()
        // A file that is shorter than its mark was made anew by somebody, so that it is filled anew.
        if fstat(descriptor, &status) != 0 || status.st_size < mark.bytes { mark = Mark() }
        // What was written after the mark is told again.
        guard ftruncate(descriptor, off_t(mark.bytes)) == 0, lseek(descriptor, off_t(mark.bytes), SEEK_SET) >= 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw Diagnostic.logUnusable(path, reason: reason)
        }
        state = Mutex(
            State(
                lock: lock, descriptor: descriptor, mark: mark, next: mark, former: mark.moment.map { _ in mark },
                isNew: mark.moment == nil))
    }

    /// The moment from which the engine is to tell, itself included; `nil` for all.
    public var since: String? { state.withLock { $0.mark.moment?.text } }

    /// Takes the next bytes of what the engine tells.
    public func take(_ bytes: some Sequence<UInt8>) throws {
        try state.withLock { state in
            for byte in bytes {
                take(byte, &state)
                if state.buffer.count >= 64 << 10 { try flush(&state) }
            }
            try flush(&state)
        }
    }

    /// Takes a piece of output whose moment is known already: a line without its line break, or a part of one.
    public func take(_ text: some Sequence<UInt8>, at moment: LogMoment, endsLine: Bool) throws {
        try state.withLock { state in
            begin(moment, &state)
            for byte in text { add(byte, &state) }
            if endsLine { add(UInt8(ascii: "\n"), &state) }
            if state.isNew { state.mark = state.next }
            state.place = .moment([])
            if state.buffer.count >= 64 << 10 { try flush(&state) }
        }
    }

    /// Says that the engine has told all it has: what has come is kept, also a line that is not ended yet.
    ///
    /// Without it, only whole lines are.
    public func finish() throws {
        try state.withLock { state in
            if case .moment(let bytes) = state.place, !bytes.isEmpty { settle(bytes, &state) }
            try flush(&state)
            guard state.next != state.mark else { return }
            state.mark = state.next
            try keep(state.mark)
        }
    }

    private func take(_ byte: UInt8, _ state: inout State) {
        switch state.place {
        case .moment(var bytes):
            if byte == UInt8(ascii: " "), let moment = LogMoment(bytes) {
                begin(moment, &state)
            } else if byte == UInt8(ascii: "\n") || bytes.count >= Self.longestMoment {
                // No moment stands here: it belongs to what was there before.
                settle(bytes, &state)
                take(byte, &state)
            } else {
                bytes.append(byte)
                state.place = .moment(bytes)
            }
        case .text(let count):
            add(byte, &state)
            if byte == UInt8(ascii: "\n") {
                if state.isNew { state.mark = state.next }
                state.place = .moment([])
            } else {
                state.place = count + 1 == joint ? .moment([]) : .text(count + 1)
            }
        }
    }

    private func settle(_ bytes: [UInt8], _ state: inout State) {
        for byte in bytes { add(byte, &state) }
        state.place = .text(bytes.count)
    }

    private func begin(_ moment: LogMoment, _ state: inout State) {
        state.place = .text(0)
        if let former = state.former, let known = former.moment {
            // Lines of one moment come in their order: those that were taken are the first.
            let isTaken = moment < known || (moment == known && state.passed < former.lines)
            if isTaken {
                if moment == known { state.passed += 1 }
                state.isNew = false
                return
            }
            state.former = nil
        }
        state.isNew = true
        if moment == state.next.moment {
            state.next.lines += 1
        } else if state.next.moment.map({ $0 < moment }) ?? true {
            // After a clock was set back the latest moment stays: nothing is told twice.
            (state.next.moment, state.next.lines) = (moment, 1)
        }
    }

    private func add(_ byte: UInt8, _ state: inout State) {
        guard state.isNew else { return }
        state.buffer.append(byte)
        state.next.bytes += 1
    }

    private func flush(_ state: inout State) throws {
        guard state.next.bytes <= most else { throw Diagnostic.logUnusable(path, reason: "it is over \(most) bytes") }
        var rest = state.buffer[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(state.descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else {
                throw Diagnostic.logUnusable(path, reason: String(cString: strerror(errno)))
            }
            rest = rest.dropFirst(max(0, count))
        }
        guard !state.buffer.isEmpty else { return }
        state.buffer.removeAll(keepingCapacity: true)
        try keep(state.mark)
    }

    /// In one piece under the lock; of one that was cut off, `Mark` makes nothing, and the log is told anew.
    private func keep(_ mark: Mark) throws {
        do {
            try Data(mark.text.utf8).write(to: URL(fileURLWithPath: marks))
        } catch {
            throw Diagnostic.logUnusable(marks, reason: (error as NSError).localizedDescription)
        }
    }
}

extension TimestampedLog.Mark {
    var text: String { "\(moment?.text ?? "-") \(lines) \(bytes)\n" }

    /// Reads what `text` wrote; `nil` for anything else.
    init?(_ data: Data?) {
        guard let data, data.count < 256, data.last == UInt8(ascii: "\n") else { return nil }
        let words = String(decoding: data.dropLast(), as: UTF8.self).split(separator: " ")
        guard words.count == 3, let lines = Int(words[1]), let bytes = Int64(words[2]), lines >= 0, bytes >= 0 else {
            return nil
        }
        guard words[0] != "-" else { return nil }
        guard let moment = LogMoment(Array(words[0].utf8)) else { return nil }
        self.init(moment: moment, lines: lines, bytes: bytes)
    }
}
