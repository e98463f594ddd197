import Foundation
import YAML

/// One branch of a remote repository, as another repository sees it: looked at by fetching, changed by
/// compare-and-swap.
struct GitRemote: Sendable {
    let git: GitProcess
    let place: GitPlace
    let ref: String
    let trackingRef: String

    init(_ place: GitPlace, ref: String? = nil, trackingRef: String? = nil) {
        git = GitProcess(repository: place.repository, environment: place.environment)
        self.place = place
        self.ref = ref ?? place.ref
        self.trackingRef = trackingRef ?? place.trackingRef
    }

    /// The branch that says who holds the state.
    static func lock(_ place: GitPlace) -> GitRemote {
        GitRemote(place, ref: place.lockRef, trackingRef: place.lockTrackingRef)
    }

    /// Makes the repository through which a remote is asked where there is none of the user's.
    func demandRepository() throws {
        guard !FileManager.default.fileExists(atPath: place.repository) else { return }
        do {
            try FileManager.default.createDirectory(atPath: place.repository, withIntermediateDirectories: true)
        } catch {
            throw Diagnostic.workingCopyUnusable(place.repository, reason: (error as NSError).localizedDescription)
        }
        let outcome = try git.run(["init", "--quiet", "--bare"])
        guard outcome.isSuccess else { throw fault(outcome) }
    }

    // MARK: Looking

    /// Whether the branch is on this machine, where a look costs little.
    func isNear() throws -> Bool {
        let outcome = try git.run(["remote", "get-url", "--", place.remote])
        let url = outcome.isSuccess ? outcome.text : place.remote
        return url.hasPrefix(".") || url.hasPrefix("/") || url.hasPrefix("file:")
    }

    /// The commit that the branch is at; `nil` where there is no such branch. All that it needs is here afterwards.
    ///
    /// - Throws: a `Diagnostic` where the remote cannot be asked.
    func tip() throws -> String? {
        try demandRepository()
        var options = [
            "fetch", "--quiet", "--force", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=",
        ]
        // A clone that has only its newest commits, as CI makes it, gets no more of this branch than what is new.
        if place.remote != ".", try isShallow(), try resolve(trackingRef) == nil { options.append("--depth=1") }
        var outcome = try git.run(options + ["--", place.remote, "+\(ref):\(trackingRef)"])
        // Two that fetch at once want the same ref for a moment.
        for _ in 0..<20 where !outcome.isSuccess && outcome.errors.contains("cannot lock ref") {
            Thread.sleep(forTimeInterval: 0.05)
            outcome = try git.run(options + ["--", place.remote, "+\(ref):\(trackingRef)"])
        }
        if outcome.isSuccess { return try resolve(trackingRef) }
        if outcome.errors.contains("couldn't find remote ref"), try isMissing() { return nil }
        throw fault(outcome)
    }

    /// Whether the remote answers, and has no such branch.
    private func isMissing() throws -> Bool {
        let outcome = try git.run(["ls-remote", "--exit-code", "--", place.remote, ref])
        if outcome.status == 2, !outcome.timedOut { return true }
        guard outcome.isSuccess else { throw fault(outcome) }
        return false
    }

    private func isShallow() throws -> Bool {
        try git.run(["rev-parse", "--is-shallow-repository"]).text.hasPrefix("true")
    }

    /// The commit that a name stands for here; `nil` where there is none.
    func resolve(_ name: String) throws -> String? {
        let outcome = try git.run(["rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"])
        // Git before 2.43 repeats the option that it was given.
        let line = outcome.text.split(separator: "\n").last.map(String.init)
        return outcome.isSuccess ? line : nil
    }

    /// Whether a commit is another, or comes before it.
    func isAncestor(_ commit: String, of other: String) throws -> Bool {
        try git.run(["merge-base", "--is-ancestor", commit, other]).status == 0
    }

    /// Sees to it that the branch is a state, or is not there yet.
    func demandState() throws {
        guard let tip = try tip(), try !files(of: tip).contains(where: { $0.path == StateFile.summary }) else { return }
        throw Diagnostic.branchForeign("\(place)", commit: tip)
    }

    // MARK: Changing

    enum PushResult {
        /// The remote has it.
        case landed
        /// Somebody else was first; nothing of it is there.
        case moved
        /// Nothing of it is there, for another reason.
        case failed(Diagnostic)
    }

    /// Moves the branch from one commit to another, or not at all.
    ///
    /// What became of it is looked up where the answer is no, for an answer can be lost on its way.
    ///
    /// - Parameter expected: where the branch is; `nil` to make it.
    /// - Throws: a `Diagnostic` where nobody can tell whether it was moved.
    func push(_ commit: String, expecting expected: String?) throws -> PushResult {
        let outcome = try git.run([
            "push", "--porcelain", "--no-verify", "--no-signed", "--force-with-lease=\(ref):\(expected ?? "")", "--",
            place.remote, "\(commit):\(ref)",
        ])
        if outcome.isSuccess {
            _ = try git.run(["update-ref", trackingRef, commit])
            return .landed
        }
        let now: String?
        do { now = try tip() } catch let fault as Diagnostic {
            throw fault.code == .unreachable ? Diagnostic.pushUncertain("\(place)") : fault
        }
        guard let now else { return expected == nil ? .failed(refusal(outcome)) : .moved }
        if try now == commit || isAncestor(commit, of: now) { return .landed }
        return now == expected ? .failed(refusal(outcome)) : .moved
    }

    // MARK: What went wrong

    private func refusal(_ outcome: GitProcess.Outcome) -> Diagnostic {
        let fault = fault(outcome)
        guard fault.code == .gitFailed else { return fault }
        let lines = outcome.text.split(separator: "\n").filter { $0.hasPrefix("!") }
        let why = lines.first.flatMap { $0.split(separator: "\t").last }.map(String.init) ?? outcome.errors
        return .pushRefused("\(place)", why)
    }

    /// What Git said, in words that lead somewhere.
    func fault(_ outcome: GitProcess.Outcome) -> Diagnostic {
        let said = outcome.errors.split(separator: "\n").filter { !$0.hasPrefix("hint:") }.map(String.init)
        /// The line with one of some words; it is often not the last.
        func line(_ words: [String]) -> String? { said.first { line in words.contains(where: line.contains) } }
        if outcome.timedOut { return .remoteUnreachable("\(place)", "no answer within two minutes") }
        if let reason = line(Self.credentialWords) { return .remoteRefusesCredentials("\(place)", reason) }
        if let reason = line(Self.networkWords) { return .remoteUnreachable("\(place)", reason) }
        if let reason = line(Self.missingWords) { return .remoteUnknown("\(place)", reason) }
        let reason = said.first { $0.hasPrefix("fatal:") || $0.hasPrefix("error:") } ?? said.last ?? "no word of it"
        return .gitFailed("\(place)", reason)
    }

    private static let credentialWords = [
        "Authentication failed", "could not read Username", "could not read Password", "Permission denied",
        "error: 401", "error: 403", "terminal prompts disabled", "access denied", "Host key verification failed",
        "HTTP Basic: Access denied", "service not enabled",
    ]
    private static let networkWords = [
        "Could not resolve host", "unable to connect", "Connection refused", "Connection timed out",
        "Connection reset", "early EOF", "remote end hung up", "Failed to connect", "Couldn't connect",
        "error: 500", "error: 502", "error: 503", "error: 504", "Network is unreachable", "Operation timed out",
        "unexpected disconnect", "Empty reply from server",
    ]
    private static let missingWords = [
        "does not appear to be a git repository", "Repository not found", "repository not found",
        "No such remote", "not a git repository", "error: 404", "does not exist", "Not a valid object name",
    ]
}

extension GitRemote {
    /// A commit of the branch, and where the chain of events stood with it.
    struct Commit: Sendable {
        var name: String
        var author: String
        /// `nil` where reconcile did not write it.
        var chain: (sequence: Int64, hash: String)?
    }

    /// The commits after one up to another, newest first; where the first is not known, only the newest.
    func log(from known: String?, to tip: String) throws -> [Commit] {
        try log(known.map { ["\($0)..\(tip)"] } ?? ["-1", tip])
    }

    /// All commits up to one, newest first, as far as they are here.
    func history(of tip: String) throws -> [Commit] { try log([tip]) }

    private func log(_ range: [String]) throws -> [Commit] {
        let format = "%H%x00%an <%ae>%x00%(trailers:key=\(StateCommit.chainTrailer),valueonly,separator=%x2C)%x00"
        let outcome = try git.run(["log", "--format=\(format)"] + range + ["--"])
        guard outcome.isSuccess else { throw fault(outcome) }
        let fields = outcome.text.split(separator: "\0", omittingEmptySubsequences: false)
        return stride(from: 0, to: fields.count - 2, by: 3).map { index in
            let words = fields[index + 2].split(whereSeparator: \.isWhitespace)
            let sequence = words.count == 2 ? Int64(words[0]) : nil
            return Commit(
                name: fields[index].trimmingCharacters(in: .newlines), author: String(fields[index + 1]),
                chain: sequence.map { ($0, String(words[1])) })
        }
    }

    func count(upTo tip: String) throws -> Int {
        let outcome = try git.run(["rev-list", "--count", tip, "--"])
        guard outcome.isSuccess else { throw fault(outcome) }
        return Int(outcome.text.trimmingCharacters(in: .newlines)) ?? 0
    }

    /// Makes a commit without a past, of the files of another.
    func makeCommit(ofTreeOf commit: String, message: String) throws -> String {
        var git = git
        for role in ["AUTHOR", "COMMITTER"] {
            git.environment["GIT_\(role)_NAME"] = "reconcile"
            git.environment["GIT_\(role)_EMAIL"] = "slipway@localhost"
        }
        let outcome = try git.run(["commit-tree", "--no-gpg-sign", "\(commit)^{tree}"], input: Array(message.utf8))
        guard outcome.isSuccess else { throw fault(outcome) }
        return outcome.text.trimmingCharacters(in: .newlines)
    }
}

/// The remotes of a repository.
public enum GitRemotes {
    /// Their names, sorted.
    ///
    /// - Parameter environment: what Git gets.
    /// - Throws: a `Diagnostic` where Git is missing, or will not have the repository.
    public static func names(in repository: String, environment: [String: String]) throws -> [String] {
        let outcome = try GitProcess(repository: repository, environment: environment).run(["remote"])
        guard outcome.isSuccess else {
            throw Diagnostic.gitFailed(repository, outcome.errors.split(separator: "\n").last.map(String.init) ?? "")
        }
        return outcome.text.split(separator: "\n").map(String.init).sorted()
    }
}
