import Foundation
import Images
import Manifests
import Records
import Synchronization
import YAML

extension LocalContainerEngine {
    public func fetchLogs(of reference: SubmissionReference) async throws {
        let folder = ContainerFolder(reference.folder)
        guard let note = folder.note, note.id != nil, let tool = note.buildTool else { return }
        switch tool {
        case .podman: try await copyRawLog(folder)
        case .docker, .buildah: try await fetch(reference, folder, note, try client(tool))
        }
    }

    // MARK: Docker

    /// Docker breaks a long line after so many bytes, and writes another moment there.
    private static let joint = 16 << 10

    private func fetch(
        _ reference: SubmissionReference, _ folder: ContainerFolder, _ note: ContainerNote, _ client: ContainerClient
    ) async throws {
        let identity = ContainerIdentity(reference)
        do {
            guard let state = try await client.inspect([identity.name])[identity.name], identity.isOf(state) else {
                // It was removed when its end was recorded, with all that it wrote in the files.
                if note.end != nil { return }
                throw Diagnostic.containerLogGone(identity.name)
            }
            let output = try await TimestampedLog.open("\(folder.path)/stdout.log", joint: Self.joint)
            let errors = try await TimestampedLog.open("\(folder.path)/stderr.log", joint: Self.joint)
            let end = try await client.logs(
                state.id, since: since(folder), output: { try output.take($0) }, error: { try errors.take($0) })
            guard end.status == 0 else {
                throw ContainerSilence(why: "`docker logs` ended with status \(end.status)")
            }
            try output.finish()
            try errors.finish()
            keep([output.since, errors.since], folder)
        } catch let silence as ContainerSilence {
            throw silence.diagnostic(client)
        }
    }

    private func sincePath(_ folder: ContainerFolder) -> String { "\(folder.path)/.logs.since" }

    /// The moment up to which both files have everything, less what two streams may be out of order by.
    private func since(_ folder: ContainerFolder) -> String? {
        guard let data = FileManager.default.contents(atPath: sincePath(folder)), data.count < 64 else { return nil }
        return Timestamp(precise: String(decoding: data, as: UTF8.self)).map { ($0 + .seconds(-5)).precise }
    }

    /// Keeps the last moment that the engine has told of, by its own clock.
    private func keep(_ moments: [String?], _ folder: ContainerFolder) {
        guard let last = moments.compactMap({ $0.flatMap { Timestamp(rfc3339: $0) } }).max() else { return }
        // Without it, everything is told again, and passed over.
        try? Data(last.precise.utf8).write(to: URL(fileURLWithPath: sincePath(folder)), options: .atomic)
    }

    // MARK: Podman

    /// Podman's first process writes into the attempt's folder what the command prints; that is put in order.
    private func copyRawLog(_ folder: ContainerFolder) async throws {
        guard FileManager.default.fileExists(atPath: folder.rawLog) else { return }
        let output = try await TimestampedLog.open("\(folder.path)/stdout.log")
        let errors = try await TimestampedLog.open("\(folder.path)/stderr.log")
        let path = folder.rawLog
        let offsets = "\(folder.path)/.container.log.read"
        try await BlockingWork.run {
            let start = FileManager.default.contents(atPath: offsets)
                .flatMap { UInt64(String(decoding: $0, as: UTF8.self)) }
            let read = try RawContainerLog(path: path).read(from: start ?? 0) { line in
                let log = line.isError ? errors : output
                try log.take(line.text, at: line.moment, endsLine: line.endsLine)
            }
            try output.finish()
            try errors.finish()
            try? Data("\(read)".utf8).write(to: URL(fileURLWithPath: offsets), options: .atomic)
        }
    }
}

/// A log as podman writes it (Kubernetes' format): `MOMENT STREAM TAG text`, where a line with the tag `P` is a part of
/// one.
struct RawContainerLog {
    let path: String

    struct Line {
        var moment: LogMoment
        var isError: Bool
        var endsLine: Bool
        var text: ArraySlice<UInt8>
    }

    /// What podman writes at once is much shorter.
    private static let longestLine = 1 << 20

    /// Reads the lines that are whole.
    ///
    /// - Returns: where the next one begins.
    func read(from start: UInt64, _ take: (Line) throws -> Void) throws -> UInt64 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw Diagnostic.logUnusable(path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        let isShorter = fstat(descriptor, &status) == 0 && UInt64(max(0, status.st_size)) < start
        var position = isShorter ? 0 : start
        guard lseek(descriptor, off_t(position), SEEK_SET) >= 0 else {
            throw Diagnostic.logUnusable(path, reason: String(cString: strerror(errno)))
        }
        var open: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = Foundation.read(descriptor, &block, block.count)
            guard count >= 0 || errno == EINTR else {
                throw Diagnostic.logUnusable(path, reason: String(cString: strerror(errno)))
            }
            if count == 0 { return position }
            if count < 0 { continue }
            var rest = block[..<count]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = open + rest[..<end]
                position += UInt64(line.count + 1)
                if let line = Self.parse(line) { try take(line) }
                open.removeAll(keepingCapacity: true)
                rest = rest[(end + 1)...]
            }
            open += rest
            guard open.count <= Self.longestLine else {
                throw Diagnostic.logUnusable(path, reason: "it has lines that podman does not write")
            }
        }
    }

    /// `nil` for what is not as podman writes it.
    static func parse(_ line: [UInt8]) -> Line? {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let moment = LogMoment(Array(parts[0])) else { return nil }
        let stream = String(decoding: parts[1], as: UTF8.self)
        guard stream == "stdout" || stream == "stderr", let tag = parts[2].first else { return nil }
        return Line(
            moment: moment, isError: stream == "stderr", endsLine: tag == UInt8(ascii: "F"), text: parts[3])
    }
}
