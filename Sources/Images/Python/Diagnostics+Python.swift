import YAML

/// Python packages.
extension Diagnostic {
    static func requirementsNotText(_ path: String) -> Diagnostic {
        Diagnostic("SLW5040", "\(quoted(path)) is not UTF-8 text", remedy: "save the requirements file as UTF-8")
    }

    static func requirementRefused(_ line: String, reason: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW5041", "the requirement \(quoted(line)) is refused: \(reason)", at: location,
            remedy: "write packages by name and version; configure indexes and proxies of the machine in its pip.conf")
    }

    static func tooManyRequirements(_ path: String, limit: Int) -> Diagnostic {
        Diagnostic(
            "SLW5042", "\(quoted(path)) names more than \(limit) packages",
            remedy: "check that it is the file you meant")
    }

    static func requirementsMissing(_ path: String, job: String) -> Diagnostic {
        Diagnostic(
            "SLW5043", "the source of the job \(quoted(job)) has no file \(quoted(path)) (or ignores it)",
            remedy: "commit the requirements file in the source folder, or correct spec.build.python.requirements")
    }

    static func pythonVersionInvalid(_ version: String) -> Diagnostic {
        Diagnostic(
            "SLW5044", "\(quoted(version)) is not a version of Python", remedy: "write major.minor, such as \"3.11\"")
    }

    static func pythonMissing(wanted: String?, found: [String]) -> Diagnostic {
        let what = wanted.map { "Python \($0)" } ?? "Python 3"
        let others = found.isEmpty ? "no Python at all" : found.joined(separator: ", ")
        return Diagnostic(
            "SLW5045", "\(what) is not on PATH; found: \(others)",
            remedy: "install \(what), or change spec.build.python.version of the job")
    }

    static func pipMissing(_ interpreter: String) -> Diagnostic {
        Diagnostic(
            "SLW5046", "\(quoted(interpreter)) has no pip",
            remedy: "install pip for it (python3-pip, or \(interpreter) -m ensurepip)")
    }

    static func packagesNotFound(_ lines: [String], target: String) -> Diagnostic {
        Diagnostic(
            "SLW5047", "a required package was not found, or has no wheel for \(target)",
            notes: lines.map { Diagnostic.Note($0) },
            remedy: "correct the name or version in the requirements file, see whether the package has a wheel, and "
                + "whether the machine's index is the right one and answers (pip config list)")
    }

    static func indexUnreachable(_ lines: [String]) -> Diagnostic {
        Diagnostic(
            "SLW5048", "the package index cannot be reached", notes: lines.map { Diagnostic.Note($0) },
            remedy: "check the network and the machine's pip configuration (pip config list), then try again")
    }

    static func installFailed(status: Int32, lines: [String]) -> Diagnostic {
        Diagnostic(
            "SLW5049", "pip failed with status \(status)", notes: lines.map { Diagnostic.Note($0) },
            remedy: "read pip's last lines above; correct the requirements file accordingly")
    }

    static func installTimedOut(after limit: Duration) -> Diagnostic {
        Diagnostic(
            "SLW5050", "pip was not done after \(limit.components.seconds) s and was stopped",
            remedy: "check the network; install fewer or smaller packages")
    }

    static func toolNotStarted(_ path: String, reason: String) -> Diagnostic {
        Diagnostic("SLW5051", "cannot start \(quoted(path)): \(reason)", remedy: "check that it can be started by hand")
    }

    static func toolAnswerUnreadable(_ tool: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5052", "the answer of \(tool) cannot be read: \(reason)",
            remedy: "install a current version of \(tool) (pip 21.2 or newer)")
    }
}

/// Wheels.
extension Diagnostic {
    static func hashMismatch(_ lines: [String]) -> Diagnostic {
        Diagnostic(
            "SLW5160", "a package is not the one that was locked: its digest differs",
            notes: lines.map { Diagnostic.Note($0) },
            remedy: "find out who changed it before you trust it; to take what is there now, `reconcile lock`")
    }

    static func lockIncomplete(_ lines: [String]) -> Diagnostic {
        Diagnostic(
            "SLW5161", "the requirements have digests, but not for every package that is needed",
            notes: lines.map { Diagnostic.Note($0) },
            remedy: "let the tool that wrote them write all of them, or leave the digests out and run `reconcile lock`")
    }

    static func wheelRefused(_ wheel: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5162", "the wheel of \(printable(wheel)) is refused: \(reason)",
            remedy: "do not trust this package; find out where it comes from")
    }

    static func wheelDamaged(_ wheel: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5163", "the wheel of \(printable(wheel)) cannot be unpacked: \(printable(reason))",
            remedy: "empty pip's cache (pip cache purge) and try again; check the index that it comes from")
    }

    static func wheelTooLarge(_ wheel: String, _ what: String) -> Diagnostic {
        Diagnostic(
            "SLW5164", "with \(printable(wheel)) the packages have more \(what) than an image may hold",
            remedy: "install fewer packages; one that unpacks to so much is likely broken or hostile")
    }
}

/// Files that say which packages a job needs.
extension Diagnostic {
    static func tomlUnreadable(_ path: String, reason: String) -> Diagnostic {
        Diagnostic("SLW5165", "\(quoted(path)) cannot be read: \(reason)", remedy: "correct the file")
    }

    static func projectWithoutTable(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW5166", "\(quoted(path)) has no table [project], which is where dependencies are declared",
            remedy: "declare them there (PEP 621), or name a requirements.txt or a uv.lock")
    }

    static func projectIsDynamic(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW5167",
            "the dependencies in \(quoted(path)) are dynamic: only the project's build backend knows them, "
                + "and none is ever run here",
            remedy: "list them in [project] dependencies, or name the requirements.txt that the backend reads")
    }

    static func pythonDoesNotFit(_ path: String, wanted: String, target: String) -> Diagnostic {
        Diagnostic(
            "SLW5168", "\(quoted(path)) wants Python \(printable(wanted)), and the image is for \(target)",
            remedy: "set spec.build.python.version of the job to a version that fits")
    }

    static func packageFromElsewhere(_ names: [String], file: String) -> Diagnostic {
        Diagnostic(
            "SLW5169",
            "\(quoted(file)) takes from a folder, an address or Git, and not from an index: "
                + names.prefix(20).map(printable).joined(separator: ", "),
            remedy: "publish it as a wheel on your index, or put its code into the job's source")
    }

    static func notAUVLock(_ path: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5170", "\(quoted(path)) is no uv.lock that can be used: \(printable(reason))",
            remedy: "write it anew with `uv lock`, or name the pyproject.toml instead")
    }

    static func noWheel(_ packages: [String], file: String, target: String) -> Diagnostic {
        Diagnostic(
            "SLW5171",
            "in \(quoted(file)) there is no wheel for \(target) of "
                + packages.prefix(20).map(printable).joined(separator: ", "),
            remedy: "choose versions that have one; packages are never built from source here")
    }
}

/// Locks.
extension Diagnostic {
    static func lockStale(_ path: String, reason: String, job: String) -> Diagnostic {
        Diagnostic(
            "SLW5172", "the lock \(quoted(path)) is stale: \(reason)",
            remedy:
                "run `reconcile lock \(job)`, look at what it changes, and commit it; with spec.build.python.version "
                + "and platforms in the job, the lock is the same on every machine")
    }

    static func lockUnreadable(_ path: String, reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5173", "\(quoted(path)) is no lock any more: \(reason)",
            remedy: "undo what was edited, or remove the file and run `reconcile lock`")
    }

    static func lockNotOurs(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW5174", "\(quoted(path)) was not written by `reconcile lock`, so it is neither used nor replaced",
            remedy: "name it as the requirements of the job where it is a requirements file with digests; otherwise "
                + "rename or remove it")
    }
}
