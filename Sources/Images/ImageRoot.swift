import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The files of an image in a folder of this machine, by the paths that they have in the image: links are followed as
/// they are where that folder is `/`, and never out of it.
public struct ImageRoot: Sendable, Hashable {
    /// The folder that stands for the image's `/`: absolute.
    public let path: String

    public init(_ path: String) { self.path = path }

    /// Why a path leads nowhere.
    enum Astray: Error {
        case outside
        case nothing
        case tooManyLinks
    }

    private static let mostLinks = 40

    /// Where a path leads, with all links on the way and at its end followed.
    ///
    /// - Parameter stays: whether `..` of the root is the root, as for a program that runs there, or leads astray.
    /// - Throws: `Astray`; a `Diagnostic` where the disk cannot be read.
    func resolve(_ parts: [Substring], stays: Bool) throws -> String {
        var found: [Substring] = []
        var rest = parts.reversed().map { (name: $0, isOfLink: false) }
        var links = 0
        while let (name, isOfLink) = rest.popLast() {
            if name == "." { continue }
            if name == ".." {
                guard found.popLast() != nil || stays else { throw Astray.outside }
                continue
            }
            let place = "\(path)/\((found + [name]).joined(separator: "/"))"
            switch try FileAccess.status(place)?.kind {
            case .symbolicLink:
                links += 1
                guard links <= Self.mostLinks else { throw Astray.tooManyLinks }
                let target = String(decoding: try FileAccess.linkTarget(place), as: UTF8.self)
                if target.hasPrefix("/") { found = [] }
                rest += target.split(separator: "/").reversed().map { (name: $0, isOfLink: true) }
            case nil where isOfLink: throw Astray.nothing
            case .directory, .file, .other, nil: found.append(name)
            }
        }
        return found.isEmpty ? path : "\(path)/\(found.joined(separator: "/"))"
    }

    /// Whether there is a file that somebody may execute.
    ///
    /// - Throws: a `Diagnostic` where the disk cannot be read.
    public func hasProgram(_ path: String) throws -> Bool {
        do {
            let status = try FileAccess.status(resolve(path.split(separator: "/"), stays: true))
            return status.map { $0.kind == .file && $0.mode & 0o111 != 0 } ?? false
        } catch is Astray {
            return false
        }
    }

    /// Makes a folder and those around it, where they are not there: where a command starts, say.
    ///
    /// - Throws: a `Diagnostic` for a file or a broken link in the way.
    public func makeFolder(_ path: String) throws {
        do {
            let place = try resolve(path.split(separator: "/"), stays: true)
            try FileAccess.makeFolder(place)
            guard try FileAccess.status(place)?.kind == .directory else {
                throw Diagnostic.imagePathTaken(path, "a file")
            }
        } catch is Astray {
            throw Diagnostic.imagePathTaken(path, "a link that leads nowhere")
        }
    }

    /// Makes what something else can be mounted on, where it is not there.
    ///
    /// No link is followed: whoever mounts follows it from another root.
    ///
    /// - Parameter isFolder: else it is a file.
    /// - Throws: a `Diagnostic` for whatever else is in the way.
    public func makeMountPoint(_ path: String, isFolder: Bool) throws {
        let parts = path.split(separator: "/")
        for count in parts.indices.map({ $0 + 1 }) {
            let place = "\(self.path)/\(parts.prefix(count).joined(separator: "/"))"
            let wantsFolder = isFolder || count < parts.count
            switch try FileAccess.status(place)?.kind {
            case .directory where wantsFolder: continue
            case .file where !wantsFolder: continue
            case .directory: throw Diagnostic.imagePathTaken(path, "a folder")
            case .symbolicLink: throw Diagnostic.imagePathTaken(path, "a link")
            case .file, .other: throw Diagnostic.imagePathTaken(path, "a file")
            case nil where wantsFolder: try FileAccess.makeFolder(place)
            case nil: _ = try OpenFile(place, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
            }
        }
    }

    /// Whether a file is there or could be, with no link on the way or in its place.
    public func mayHoldFile(_ path: String) throws -> Bool {
        let parts = path.split(separator: "/")
        for count in parts.indices.map({ $0 + 1 }) {
            let place = "\(self.path)/\(parts.prefix(count).joined(separator: "/"))"
            switch try FileAccess.status(place)?.kind {
            case nil: return true
            case .directory where count < parts.count: continue
            case .file where count == parts.count: return true
            case .directory, .file, .symbolicLink, .other: return false
            }
        }
        return false
    }
}
