import Foundation
import YAML

/// The stream by which `git fast-import` makes one commit (git-fast-import(1)): the files that differ from those of the
/// commit before.
struct FastImport {
    private(set) var bytes: [UInt8] = []
    private let temporaryRef: String

    /// - Parameters:
    ///   - parent: the commit before; `nil` for the first of all.
    ///   - author: a name without line breaks and angle brackets.
    ///   - seconds: the moment, since 1970.
    init(parent: String?, author: String, seconds: Int64, message: String) {
        // It is gone with the stream; what else is being made in the repository meanwhile has another.
        temporaryRef = "refs/slipway/pending/\(UUID().uuidString)"
        line("feature done")
        line("commit \(temporaryRef)")
        line("mark :1")
        line("author \(author) <slipway@localhost> \(max(0, seconds)) +0000")
        line("committer \(author) <slipway@localhost> \(max(0, seconds)) +0000")
        data(Array(message.utf8))
        if let parent { line("from \(parent)") }
    }

    /// Writes a file.
    ///
    /// - Parameter path: without anything that would have to be quoted, as `StateFile.path` makes them.
    mutating func write(_ content: [UInt8], to path: String) {
        line("M 100644 inline \(path)")
        data(content)
    }

    mutating func remove(_ path: String) { line("D \(path)") }

    /// Ends the stream: Git prints the commit's name, and keeps no other for it.
    mutating func finish() {
        bytes.append(0x0A)
        line("get-mark :1")
        line("reset \(temporaryRef)")
        line("from 0000000000000000000000000000000000000000")
        line("")
        line("done")
    }

    private mutating func line(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(0x0A)
    }

    private mutating func data(_ content: [UInt8]) {
        line("data \(content.count)")
        bytes.append(contentsOf: content)
        bytes.append(0x0A)
    }
}

extension GitRemote {
    /// Makes a commit of a stream that is finished; returns its name.
    func make(_ stream: FastImport) throws -> String {
        let outcome = try git.run(["fast-import", "--quiet", "--date-format=raw"], input: stream.bytes)
        let name = outcome.text.split(separator: "\n").first.map(String.init) ?? ""
        guard outcome.isSuccess, name.utf8.count >= 40 else { throw fault(outcome) }
        return name
    }

    /// One file of a commit: its path and the name of its content.
    struct Entry: Sendable {
        var path: String
        var blob: String
    }

    /// All files of a commit.
    func files(of commit: String) throws -> [Entry] {
        let outcome = try git.run(["ls-tree", "-r", "-z", "--full-tree", commit])
        guard outcome.isSuccess else { throw fault(outcome) }
        return outcome.output.split(separator: 0).compactMap { record in
            guard let tab = record.firstIndex(of: 0x09) else { return nil }
            let fields = record[..<tab].split(separator: 0x20)
            guard fields.count == 3 else { return nil }
            return Entry(
                path: String(decoding: record[(tab + 1)...], as: UTF8.self),
                blob: String(decoding: fields[2], as: UTF8.self))
        }
    }

    /// What differs between two commits: the files that are new or changed, and those that are gone, as they were.
    func changes(from old: String, to new: String) throws -> (written: [Entry], removed: [Entry]) {
        let outcome = try git.run(["diff-tree", "-r", "-z", "--raw", "--no-renames", "--full-index", old, new])
        guard outcome.isSuccess else { throw fault(outcome) }
        var (written, removed): ([Entry], [Entry]) = ([], [])
        let records = outcome.output.split(separator: 0)
        for index in stride(from: 0, to: records.count - 1, by: 2) {
            let fields = String(decoding: records[index], as: UTF8.self).split(separator: " ").map(String.init)
            let path = String(decoding: records[index + 1], as: UTF8.self)
            guard fields.count == 5 else { continue }
            if fields[4] == "D" {
                removed.append(Entry(path: path, blob: fields[2]))
            } else {
                written.append(Entry(path: path, blob: fields[3]))
            }
        }
        return (written, removed)
    }

    /// The contents of files, in their order.
    func contents(_ entries: [Entry]) throws -> [[UInt8]] {
        guard !entries.isEmpty else { return [] }
        let input = entries.reduce(into: [UInt8]()) { $0 += Array($1.blob.utf8) + [0x0A] }
        let outcome = try git.run(["cat-file", "--batch", "--buffer"], input: input)
        guard outcome.isSuccess else { throw fault(outcome) }
        var found: [[UInt8]] = []
        found.reserveCapacity(entries.count)
        let bytes = outcome.output
        var place = 0
        while place < bytes.count, let end = bytes[place...].firstIndex(of: 0x0A) {
            let header = String(decoding: bytes[place..<end], as: UTF8.self).split(separator: " ")
            guard header.count == 3, header[1] == "blob", let size = Int(header[2]), end + 1 + size < bytes.count
            else { break }
            found.append(Array(bytes[(end + 1)..<(end + 1 + size)]))
            place = end + 2 + size
        }
        guard found.count == entries.count else { throw Diagnostic.gitFailed("\(self.place)", "objects are missing") }
        return found
    }
}
