import Manifests
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A folder into which pip has installed packages, made a function of the packages alone.
///
/// What pip adds depends on pip's version and on the machine: who installed it, from which address, scripts whose first
/// line is the path of this machine's interpreter. All that is removed or written anew, and then the list of each
/// package's files (PyPA, Recording installed projects) is made to agree.
struct InstalledPackages {
    let folder: String

    private static let listLimit = 64 << 20

    func normalise() throws {
        let distributions = try names(in: folder).filter { $0.hasSuffix(".dist-info") }
        var commands: [String: String] = [:]
        for distribution in distributions {
            for (name, function) in try entryPoints(of: distribution) { commands[name] = function }
        }
        try rewriteCommands(commands)
        for distribution in distributions { try rewriteRecord(of: distribution) }
    }

    private func names(in folder: String) throws -> [String] {
        // A name that is not UTF-8 is refused when the tree is read; here it only has to be left alone.
        try FileAccess.names(in: folder).compactMap { String(validating: $0, as: UTF8.self) }.sorted()
    }

    // MARK: Commands

    /// The commands that a package declares: name and `module:function` (PyPA, Entry points).
    private func entryPoints(of distribution: String) throws -> [(String, String)] {
        let path = "\(folder)/\(distribution)/entry_points.txt"
        guard try FileAccess.status(path) != nil else { return [] }
        var isCommands = false
        var result: [(String, String)] = []
        let text = String(decoding: try FileAccess.read(path, limit: 1 << 20), as: UTF8.self)
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard let first = words.first, !first.hasPrefix("#"), !first.hasPrefix(";") else { continue }
            if first.hasPrefix("[") {
                isCommands = ["[console_scripts]", "[gui_scripts]"].contains(words.joined())
            } else if isCommands {
                let parts = words.joined().split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { continue }
                // After “[” come extras, which a command does not need.
                result.append((String(parts[0]), String(parts[1].prefix { $0 != "[" })))
            }
        }
        return result
    }

    private func rewriteCommands(_ commands: [String: String]) throws {
        let bin = "\(folder)/bin"
        guard try FileAccess.status(bin)?.kind == .directory else { return }
        for name in try names(in: bin) {
            let path = "\(bin)/\(name)"
            guard try FileAccess.status(path)?.kind == .file else { continue }
            if let function = commands[name], let script = Self.script(calling: function) {
                try write(path, Array(script.utf8))
            } else {
                try rewriteFirstLine(of: path)
            }
        }
    }

    /// What pip would have written, in words that stay the same with every pip; `nil` for what is no Python name.
    private static func script(calling function: String) -> String? {
        let parts = function.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isNamePart) }) else { return nil }
        let start = parts[1].prefix { $0 != "." }
        return """
            #!/usr/bin/env python3
            import sys
            from \(parts[0]) import \(start)
            if __name__ == "__main__":
                sys.exit(\(parts[1])())

            """
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2E, 0x80...: true
        default: false
        }
    }

    private func rewriteFirstLine(of path: String) throws {
        let file = try FileAccess.read(path, limit: 1 << 30)
        guard file.starts(with: Array("#!".utf8)) else { return }
        let end = file.firstIndex(of: 0x0A) ?? file.endIndex
        let first = String(decoding: file[..<end], as: UTF8.self)
        guard first.contains("python") else { return }
        try write(path, Array("#!/usr/bin/env python3".utf8) + file[end...])
    }

    /// Written beside and put in place: the file that is there may share its content with pip's cache.
    private func write(_ path: String, _ bytes: [UInt8]) throws {
        let isExecutable = try FileAccess.status(path)?.isExecutable ?? false
        try FileAccess.remove(path)
        let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL, mode: isExecutable ? 0o755 : 0o644)
        try bytes.withUnsafeBytes { try file.write($0) }
    }

    // MARK: Lists of files

    private static let dropped: Set<String> = ["INSTALLER", "REQUESTED", "direct_url.json"]

    private func rewriteRecord(of distribution: String) throws {
        for name in Self.dropped { try FileAccess.remove("\(folder)/\(distribution)/\(name)") }
        let record = "\(folder)/\(distribution)/RECORD"
        guard try FileAccess.status(record) != nil else { return }
        var lines: [String] = []
        for line in String(decoding: try FileAccess.read(record, limit: Self.listLimit), as: UTF8.self)
            .split(whereSeparator: \.isNewline)
        {
            guard let path = Self.place(Self.firstField(line)) else { continue }
            if path == "\(distribution)/RECORD" { continue }
            guard try FileAccess.status("\(folder)/\(path)")?.kind == .file, !path.hasSuffix(".pyc") else { continue }
            let (digest, size) = try Self.digest("\(folder)/\(path)")
            lines.append("\(Self.field(path)),sha256=\(Self.base64(digest)),\(size)")
        }
        lines.append("\(Self.field("\(distribution)/RECORD")),,")
        lines.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        try write(record, Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    /// Where a listed file is. pip lists commands and data as if packages were in `lib/python`, two folders further
    /// down, and then moves both up; `nil` for what is not below the folder.
    private static func place(_ listed: String) -> String? {
        let path = listed.hasPrefix("../../") ? String(listed.dropFirst(6)) : listed
        return path.hasPrefix("/") || path.split(separator: "/").contains("..") ? nil : path
    }

    /// The first field of a line of comma-separated values (RFC 4180).
    private static func firstField(_ line: Substring) -> String {
        guard line.hasPrefix("\"") else { return String(line.prefix { $0 != "," }) }
        var result = ""
        var rest = line.dropFirst()
        while let quote = rest.firstIndex(of: "\"") {
            result += rest[..<quote]
            rest = rest[rest.index(after: quote)...]
            guard rest.hasPrefix("\"") else { break }
            result += "\""
            rest = rest.dropFirst()
        }
        return result
    }

    private static func field(_ text: String) -> String {
        guard text.contains(",") || text.contains("\"") else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private static func digest(_ path: String) throws -> (Digest, Int64) {
        let file = try OpenFile(path, O_RDONLY | O_NOFOLLOW)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var hasher = Digest.Hasher()
        var size: Int64 = 0
        while true {
            let count = try file.read(into: buffer)
            if count == 0 { return (hasher.finalize(), size) }
            size += Int64(count)
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// The digest's bytes in base64 for addresses, without padding, as the list of files has them.
    private static func base64(_ digest: Digest) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var text = ""
        var bits: UInt32 = 0
        var count = 0
        for digit in digest.hex {
            bits = bits << 4 | UInt32(digit.hexDigitValue ?? 0)
            count += 4
            if count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> UInt32(count)) & 63])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << UInt32(6 - count)) & 63]) }
        return text
    }
}
