import Manifests
public import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Files and sources.
extension Diagnostic {
    static func fileAccess(_ verb: String, _ path: String, errno code: Int32) -> Diagnostic {
        let reason = String(cString: strerror(code))
        let remedy =
            switch code {
            case ENOSPC, EDQUOT: "free some space on that file system, then run the same command again"
            case EACCES, EPERM: "give this user the right to \(verb) it"
            case EROFS: "choose a place that can be written to"
            case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
            case ELOOP: "remove the symbolic link that stands in the way"
            default: "check that the path exists and that its disk is sound"
            }
        return Diagnostic("SLW5001", "cannot \(verb) \(quoted(path)): \(reason)", remedy: remedy)
    }

    static func notRemoved(_ path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5002", "cannot remove \(quoted(path)): \(reason)", remedy: "remove it by hand; nothing else uses it")
    }

    static func sourceMissing(_ root: String) -> Diagnostic {
        Diagnostic(
            "SLW5003", "the source folder \(quoted(root)) does not exist",
            remedy: "correct spec.source.path of the job, or commit the folder")
    }

    static func sourceNotAFolder(_ root: String) -> Diagnostic {
        Diagnostic(
            "SLW5004", "the source \(quoted(root)) is not a folder",
            remedy: "name the folder that holds the code in spec.source.path")
    }

    static func sourceChangedWhileRead(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW5005", "\(quoted(path)) changed while it was read",
            remedy: "run the same command again when nothing writes to the source any more")
    }

    static func specialFile(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW5006", "\(quoted(path)) is a socket, pipe or device, which an image cannot hold",
            remedy: "remove it, or name it in .slipwayignore")
    }

    static func linkLeavesSource(_ path: String, target: String) -> Diagnostic {
        Diagnostic(
            "SLW5007", "the symbolic link \(quoted(path)) leads to \(quoted(target)), which may be outside the source",
            remedy: "let it lead to a file of the source, with .. only at the start of its target, or ignore it")
    }

    static func nameNotUTF8(in folder: String, shown: String) -> Diagnostic {
        Diagnostic(
            "SLW5008", "the name \(quoted(shown)) in \(quoted(folder.isEmpty ? "." : folder)) is not UTF-8",
            remedy: "rename the file, or name its folder in .slipwayignore")
    }

    static func tooManyFiles(_ root: String, limit: Int) -> Diagnostic {
        Diagnostic(
            "SLW5009", "\(quoted(root)) holds more than \(limit) files",
            remedy: "name what the job does not need in .slipwayignore")
    }

    static func sourceTooLarge(_ root: String, limit: Int64) -> Diagnostic {
        Diagnostic(
            "SLW5010", "\(quoted(root)) holds more than \(megabytes(limit)) MB",
            remedy: "name what the job does not need in .slipwayignore, and keep data sets out of the source")
    }

    static func sourceTooDeep(_ path: String, limit: Int) -> Diagnostic {
        Diagnostic(
            "SLW5011", "\(quoted(path)) is more than \(limit) folders deep",
            remedy: "name what the job does not need in .slipwayignore")
    }

    static func notARegularFile(_ path: String) -> Diagnostic {
        Diagnostic("SLW5012", "\(quoted(path)) is not a regular file", remedy: "put a file in its place")
    }

    static func fileTooLarge(_ path: String, limit: Int64) -> Diagnostic {
        Diagnostic(
            "SLW5013", "\(quoted(path)) is larger than \(limit) bytes",
            remedy: "check that it is the file you meant; this limit is far above what it needs")
    }

    static func lockTimedOut(_ path: String, after patience: Duration) -> Diagnostic {
        Diagnostic(
            "SLW5014", "another process has held \(quoted(path)) for \(patience.components.seconds) s",
            remedy: "see whether that process hangs (fuser \(path)), end it, and run the same command again")
    }

    static func reservedName(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW5015", "\(quoted(path)) has a name that removes files in an image: “.wh.” at the start is reserved",
            remedy: "rename the file, or name it in .slipwayignore")
    }

    static func quoted(_ text: String) -> String { "“\(printable(text))”" }

    /// A text from elsewhere, safe to show: it must not be able to move the reader's cursor or fill the screen.
    static func printable(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(400).map { scalar in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? "\u{FFFD}" : String(scalar)
        }
        return shown.joined() + (text.unicodeScalars.count > 400 ? "…" : "")
    }

    private static func megabytes(_ bytes: Int64) -> Int64 { bytes >> 20 }
}

/// Layouts and layers.
extension Diagnostic {
    static func notALayout(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW5020", "\(quoted(path)) is not an OCI image layout of version 1.0",
            remedy: "name an empty folder or a folder made by Slipway, skopeo or umoci")
    }

    static func blobMissing(_ digest: Digest, in layout: String) -> Diagnostic {
        Diagnostic(
            "SLW5021", "the layout \(quoted(layout)) has no blob \(digest)",
            remedy: "build the image again; a part of it was removed")
    }

    static func blobCorrupt(_ digest: Digest, in layout: String) -> Diagnostic {
        Diagnostic(
            "SLW5022", "the blob \(digest) in \(quoted(layout)) is not what its name says: truncated or changed",
            remedy: "remove the file blobs/sha256/\(digest.hex) and build the image again; check the disk")
    }

    static func documentInvalid(_ digest: Digest, what: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5023", "the \(what) \(digest) is not a valid one: \(reason)",
            remedy: "build the image again, or correct the reference")
    }

    static func indexInvalid(_ layout: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5024", "the index of the layout \(quoted(layout)) cannot be used: \(reason)",
            remedy: "remove the layout; the next build makes it anew")
    }

    static func tagInvalid(_ tag: String) -> Diagnostic {
        Diagnostic(
            "SLW5025", "\(quoted(tag)) cannot be the name of an image in a layout",
            remedy: "use letters, digits, “.”, “_” and “-”, at most 128, starting with a letter or digit")
    }

    static func archive(_ verb: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5026", "cannot \(verb) a layer: \(reason)",
            remedy: "check the free space, then run the same command again")
    }

    static func noUTF8Locale(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW5027", "the system has no UTF-8 locale, which \(quoted(path)) needs",
            remedy: "install the locale C.UTF-8, or use names of ASCII characters only")
    }

    static func layerHostile(_ layer: Digest, path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5028", "the layer \(layer) is refused: \(quoted(path)) \(reason)",
            remedy: "do not trust this image; find out who made it")
    }

    static func unpackLimit(_ layer: Digest, what: String) -> Diagnostic {
        Diagnostic(
            "SLW5029", "the layer \(layer) holds more than \(what)",
            remedy: "make the image smaller; a layer that unpacks to so much is likely broken or hostile")
    }

    static func unpackTargetNotFresh(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW5030", "\(quoted(path)) is not an empty folder, so no image can be unpacked there",
            remedy: "name a folder that does not exist yet")
    }

    static func imagePathTaken(_ path: String, _ what: String) -> Diagnostic {
        Diagnostic(
            "SLW5230", "the image has \(what) at \(quoted(path)) or on the way there, where a folder or file is needed",
            remedy: "build the image without it")
    }

    static func imageTooLarge(_ digest: Digest, what: String) -> Diagnostic {
        Diagnostic("SLW5031", "the image \(digest) has more than \(what)", remedy: "make the image smaller")
    }
}

/// Builds.
extension Diagnostic {
    static func sourceDiffers(job: String) -> Diagnostic {
        Diagnostic(
            "SLW5060", "the source of the job \(quoted(job)) changed after it was planned",
            remedy: "run the same command again, so that the plan is made of what is there now")
    }

    static func notForThisBuilder(_ field: String, _ value: String) -> Diagnostic {
        Diagnostic(
            "SLW5061", "the embedded builder cannot do spec.build.\(field): \(quoted(value))",
            remedy: "leave the field out, or choose another spec.builder.type in the agent pool")
    }

    static func platformUnsupported(_ wanted: Platform, host: Platform) -> Diagnostic {
        Diagnostic(
            "SLW5062", "packages for \(wanted) cannot be chosen on \(host)",
            remedy: "build for linux/amd64 or linux/arm64, or on a machine of that platform, or leave out the "
                + "requirements")
    }

    /// A process runs on this machine, whatever its image is for.
    public static func imageOfAnotherPlatform(_ platform: Platform, here: Platform) -> Diagnostic {
        Diagnostic(
            "SLW5175", "the image is for \(platform), and this machine is \(here): it cannot run as a process here",
            remedy: "run the agents of this queue on machines of \(platform), or build the job for \(here)")
    }
}
