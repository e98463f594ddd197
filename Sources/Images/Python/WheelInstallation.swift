import Manifests
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Puts the files of wheels where packages are, as the format says (PyPA, Binary distribution format), for whatever
/// platform they are.
///
/// Not pip's own installation: that adds what depends on pip's version and on the machine (who installed it, from which
/// address, scripts whose first line is the path of this machine's interpreter), and has no limits. Here nothing of a
/// wheel is run, nothing it holds leaves the folder, and the result is a function of the wheels alone.
struct WheelInstallation {
    let folder: String
    private var budget: UnpackLimits

    private static let limits = UnpackLimits(
        entries: SourceLimits.packages.files, bytes: SourceLimits.packages.bytes)

    init(folder: String, limits: UnpackLimits = Self.limits) {
        self.folder = folder
        budget = limits
    }

    /// Installs one wheel; where two bring the same file, the later one's stays.
    ///
    /// - Throws: a `Diagnostic` for a wheel that cannot be read, is damaged, or would write elsewhere.
    mutating func add(_ wheel: Wheel) throws {
        var installed: [String: FileContent] = [:]
        var distribution: String?
        let archive = try WheelArchive(wheel)
        while let entry = try archive.next() {
            budget.entries -= 1
            guard budget.entries >= 0 else { throw Diagnostic.wheelTooLarge(wheel.name.pin, "files") }
            guard let place = try place(of: entry, in: wheel) else { continue }
            if let own = place.distribution { distribution = try one(distribution, own, in: wheel) }
            if place.isDropped { continue }
            let path = "\(folder)/\(place.path)"
            try makeWay(to: path, entry: entry.path, in: wheel)
            installed[place.path] = try archive.write(
                to: path, isExecutable: entry.isExecutable || place.isCommand, budget: &budget)
            if place.isCommand { installed[place.path] = try rewriteFirstLine(of: path) ?? installed[place.path] }
        }
        guard let distribution else { throw Diagnostic.wheelRefused(wheel.name.pin, "it has no .dist-info folder") }
        for (name, function) in try EntryPoints.read("\(folder)/\(distribution)/entry_points.txt", of: wheel) {
            let path = "bin/\(name)"
            try makeWay(to: "\(folder)/\(path)", entry: path, in: wheel)
            installed[path] = try write("\(folder)/\(path)", EntryPoints.script(calling: function))
        }
        try writeRecord(of: distribution, installed, in: wheel)
    }

    // MARK: Places

    private struct Place {
        /// Relative to the folder.
        var path: String
        var isCommand = false
        /// The folder of the package's description, where the file is of it.
        var distribution: String?
        var isDropped = false
    }

    /// Lists and signatures of what a wheel holds, which no longer hold of what was installed, and what an installer
    /// may leave.
    private static let dropped: Set<String> = [
        "RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json",
    ]

    /// Where a file goes; `nil` for a folder, which needs no place of its own.
    private func place(of entry: WheelArchive.Entry, in wheel: Wheel) throws -> Place? {
        func refuse(_ reason: String) -> Diagnostic {
            .wheelRefused(wheel.name.pin, "its file \(Diagnostic.quoted(entry.path)) \(reason)")
        }
        guard !entry.path.hasPrefix("/") else { throw refuse("has an absolute path") }
        guard entry.path.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0 != "\\" }) else {
            throw refuse("has characters that no name has")
        }
        let parts = entry.path.split(separator: "/").filter { $0 != "." }
        guard !parts.contains("..") else { throw refuse("leads out of the wheel with “..”") }
        guard parts.count <= SourceLimits.packages.depth else { throw refuse("is too deep") }
        guard let first = parts.first else { return nil }
        switch entry.kind {
        case .directory: return nil
        case .file: break
        case .symbolicLink, .other: throw refuse("is a link or a special file")
        }
        if first.hasSuffix(".dist-info"), parts.count > 1 {
            guard isOwn(first, ".dist-info", wheel) else { throw refuse("describes another package") }
            let isDropped = parts.count == 2 && Self.dropped.contains(String(parts[1]))
            return Place(
                path: parts.joined(separator: "/"), distribution: String(first), isDropped: isDropped)
        }
        guard first.hasSuffix(".data"), isOwn(first, ".data", wheel), parts.count > 2 else {
            return Place(path: parts.joined(separator: "/"))
        }
        let rest = parts.dropFirst(2).joined(separator: "/")
        switch parts[1] {
        case "purelib", "platlib", "data": return Place(path: rest)
        case "scripts": return Place(path: "bin/\(rest)", isCommand: true)
        case "headers": return Place(path: "include/\(wheel.name.name)/\(rest)")
        default: throw refuse("is of a kind that is not known")
        }
    }

    /// `NAME-VERSION.dist-info`, of this wheel's name.
    private func isOwn(_ folder: Substring, _ ending: String, _ wheel: Wheel) -> Bool {
        let name = folder.dropLast(ending.count)
        guard let dash = name.lastIndex(of: "-") else { return false }
        return WheelName.normal(name[..<dash]) == wheel.name.name
    }

    private func one(_ known: String?, _ found: String, in wheel: Wheel) throws -> String {
        guard known == nil || known == found else {
            throw Diagnostic.wheelRefused(wheel.name.pin, "it has two .dist-info folders")
        }
        return found
    }

    /// Makes the folders around a file, and takes away a file of that name.
    private func makeWay(to path: String, entry: String, in wheel: Wheel) throws {
        try HandedFiles.makeFolder(around: path)
        let around = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? folder
        guard try FileAccess.status(around)?.kind == .directory else {
            throw Diagnostic.wheelRefused(
                wheel.name.pin, "its file \(Diagnostic.quoted(entry)) is below what is a file already")
        }
        guard let status = try FileAccess.status(path) else { return }
        guard status.kind == .file else {
            throw Diagnostic.wheelRefused(
                wheel.name.pin, "its file \(Diagnostic.quoted(entry)) is a folder of another package")
        }
        try FileAccess.remove(path)
    }

    // MARK: Commands

    private static let longestScript = 16 << 20

    /// `#!python` stands for the interpreter of the place where the script is installed. `nil` where nothing was to do.
    private func rewriteFirstLine(of path: String) throws -> FileContent? {
        let isScript: Bool = try {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 2, alignment: 1)
            defer { buffer.deallocate() }
            return try OpenFile(path, O_RDONLY | O_NOFOLLOW).read(into: buffer) == 2 && buffer.elementsEqual("#!".utf8)
        }()
        guard isScript, let size = try FileAccess.status(path)?.size, size <= Self.longestScript else { return nil }
        let file = try FileAccess.read(path, limit: Self.longestScript)
        let end = file.firstIndex(of: 0x0A) ?? file.endIndex
        guard String(decoding: file[..<end], as: UTF8.self).contains("python") else { return nil }
        try FileAccess.remove(path)
        return try write(path, Array("#!/usr/bin/env python3".utf8) + file[end...])
    }

    private func write(_ path: String, _ bytes: [UInt8]) throws -> FileContent {
        let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o755)
        try bytes.withUnsafeBytes { try file.write($0) }
        return FileContent(digest: Digest(of: bytes), size: Int64(bytes.count))
    }

    // MARK: The list of files

    /// Writes which files are the package's (PyPA, Recording installed projects), which `importlib.metadata` reads.
    private func writeRecord(of distribution: String, _ installed: [String: FileContent], in wheel: Wheel) throws {
        let record = "\(distribution)/RECORD"
        var lines = installed.map { path, content in
            "\(Self.field(path)),sha256=\(Self.base64(content.digest)),\(content.size)"
        }
        lines.append("\(Self.field(record)),,")
        lines.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let path = "\(folder)/\(record)"
        try makeWay(to: path, entry: record, in: wheel)
        let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL)
        try Array((lines.joined(separator: "\n") + "\n").utf8).withUnsafeBytes { try file.write($0) }
    }

    /// A field of a line of comma-separated values (RFC 4180).
    private static func field(_ text: String) -> String {
        guard text.contains(",") || text.contains("\"") else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
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
