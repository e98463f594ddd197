import YAML

// What can be wrong with the files that manifests are read from.

extension Diagnostic {
    private static let missingPath: DiagnosticCode = "SLW2070"

    /// Whether it says that a path that somebody named is not there.
    var isMissingPath: Bool { code == Self.missingPath }

    static func pathMissing(_ path: String) -> Diagnostic {
        Diagnostic(
            missingPath, "there is no file or folder `\(path.shortened(200))`", at: SourceLocation(path: path),
            remedy: "name the folder that holds the manifests with -f")
    }

    static func unreadable(_ path: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW2071", "`\(path.shortened(200))` cannot be read: \(reason)", at: SourceLocation(path: path),
            remedy: "make it readable, or name it in `.slipwayignore`")
    }

    static func fileTooLarge(_ path: String, most: Int) -> Diagnostic {
        Diagnostic(
            "SLW2072", "`\(path.shortened(200))` is larger than \(most / 1_048_576) MiB, the most for one file",
            at: SourceLocation(path: path), remedy: "split it, or name it in `.slipwayignore` if it is no manifest")
    }

    static func tooManyFiles(_ path: String, most: Int) -> Diagnostic {
        Diagnostic(
            "SLW2073", "there are more than \(most) files and folders to look at; reading stopped",
            at: SourceLocation(path: path),
            remedy: "name a smaller folder with -f, or name what holds no manifests in `.slipwayignore`")
    }

    static func linkLeaves(_ path: String, target: String) -> Diagnostic {
        Diagnostic(
            "SLW2074",
            "the symbolic link `\(path.shortened(200))` leads out of the repository, "
                + "to `\(target.shortened(200))`", at: SourceLocation(path: path),
            remedy: "replace it by the files it leads to, or name it in `.slipwayignore`")
    }

    static func linkLoop(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW2075", "the symbolic link `\(path.shortened(200))` leads back to itself or to a folder above it",
            at: SourceLocation(path: path), remedy: "remove it, or name it in `.slipwayignore`")
    }

    static func linkDangling(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW2076", "the symbolic link `\(path.shortened(200))` leads nowhere", at: SourceLocation(path: path),
            remedy: "remove it, or name it in `.slipwayignore`")
    }

    static func notRegular(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW2077", "`\(path.shortened(200))` is neither a file nor a folder", at: SourceLocation(path: path),
            remedy: "remove it, or name it in `.slipwayignore`")
    }

    static func foldersTooDeep(_ path: String, most: Int) -> Diagnostic {
        Diagnostic(
            "SLW2078", "folders are nested deeper than \(most) levels here", at: SourceLocation(path: path),
            remedy: "name the folder in `.slipwayignore`")
    }

    static func repositoryMissing(_ path: String, _ reason: String) -> Diagnostic {
        Diagnostic("SLW2079", "the repository's folder `\(path.shortened(200))` cannot be read: \(reason)")
    }

    static func notUTF8Name(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW2080", "the name of `\(path.shortened(200))` is not UTF-8", at: SourceLocation(path: path),
            remedy: "rename it")
    }
}
