import Foundation
import Records
import Synchronization
import YAML

/// A state whose home is a branch of a Git repository: every step that is kept is a commit there.
///
/// Queries run on a working copy in SQLite, which is made from the files of the branch and follows it. A step is done
/// in a transaction of the working copy, pushed by compare-and-swap, and only then kept here: so that of two machines
/// that write at once one is first, and the other does its step again on what the first has left. What asks to be
/// written while a push is under way goes together with the next.
///
/// Nothing here is needed to go on: a machine that has only the branch has the record.
public final class GitDatabase: SQLDatabase {
    let place: GitPlace
    private let access: StateAccess
    let remote: GitRemote
    let copy: SQLiteDatabase
    private let patience: Duration
    private let contact = Mutex(Contact())

    private struct Contact {
        /// When the branch was looked at last.
        var last: ContinuousClock.Instant?
        /// Whether somebody looks or writes right now.
        var isBusy = false
    }

    /// Opens the working copy, makes it where there is none, and brings it to what the branch says.
    ///
    /// - Parameter patience: the longest that one step waits for a remote that does not answer.
    /// - Throws: a `Diagnostic` where the remote cannot be asked, or the branch is not as reconcile left it.
    public init(_ place: GitPlace, access: StateAccess, patience: Duration = .seconds(30)) throws {
        self.place = place
        self.access = access
        self.patience = patience
        remote = GitRemote(place)
        do {
            try FileManager.default.createDirectory(atPath: place.folder, withIntermediateDirectories: true)
            // Nobody else has made the folder around it invisible to Git where this is only for a question.
            let ignore = place.folder + "/.gitignore"
            if !FileManager.default.fileExists(atPath: ignore) {
                try Data("*\n".utf8).write(to: URL(fileURLWithPath: ignore), options: .atomic)
            }
        } catch {
            throw Diagnostic.workingCopyUnusable(place.folder, reason: (error as NSError).localizedDescription)
        }
        try remote.demandRepository()
        interval = try remote.isNear() ? .seconds(1) : .seconds(10)
        copy = try Self.open(place)
        try follow()
        rest(afterContact: true)
    }

    /// A working copy that is damaged is made again: nothing is in it that the branch has not.
    private static func open(_ place: GitPlace) throws -> SQLiteDatabase {
        func prepared() throws -> SQLiteDatabase {
            let copy = try SQLiteDatabase(path: place.database, access: .readWrite)
            try copy.write { connection in
                try Migrations.run(on: connection, path: place.database)
                try WorkingCopy(connection: connection).prepare()
            }
            return copy
        }
        do {
            return try prepared()
        } catch let fault as Diagnostic where fault.isOfDamagedFile {
            for ending in ["", "-wal", "-shm", "-journal"] {
                try? FileManager.default.removeItem(atPath: place.database + ending)
            }
            return try prepared()
        }
    }

    /// Whether anything has been recorded.
    func hasRecord() throws -> Bool { try copy.read { try WorkingCopy(connection: $0).commit() != nil } }

    // MARK: Reading

    /// How old what is read may be while a command works: a remote is not asked at every look.
    private let interval: Duration

    public func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        let isDue = contact.withLock { contact in
            let isOld = contact.last.map { ContinuousClock.now - $0 > interval } ?? true
            guard isOld, !contact.isBusy else { return false }
            contact.isBusy = true
            return true
        }
        if isDue {
            defer { rest(afterContact: true) }
            // A remote that does not answer for a while changes nothing of what is known; a step needs it, and says so.
            do { try follow() } catch let fault as Diagnostic where fault.isPassing {}
        }
        return try copy.read(body)
    }

    /// - Parameter isContact: whether the branch was looked at; a step that was kept here alone tells nothing of it.
    private func rest(afterContact isContact: Bool) {
        contact.withLock { contact in
            contact.isBusy = false
            if isContact { contact.last = .now }
        }
    }

    public func listen(_ changed: @escaping @Sendable () -> Void) -> (any Sendable)? { nil }

    // MARK: Writing

    private enum Verdict {
        case kept
        case overtaken
    }

    public func writeTogether(_ bodies: [(any SQLConnection) throws -> Void]) throws -> [(any Error)?] {
        guard access == .readWrite else { throw Diagnostic.stateReadOnly(path: "\(place)") }
        contact.withLock { $0.isBusy = true }
        var isContact = false
        defer { rest(afterContact: isContact) }
        var tries = 0
        let deadline = ContinuousClock.now + patience
        while true {
            tries += 1
            do {
                var verdict = Verdict.kept
                let failures = try copy.writeTogether(bodies) { connection, failures in
                    // What was all refused leaves nothing behind.
                    guard failures.contains(where: { $0 == nil }) else { return .discard }
                    let copy = WorkingCopy(connection: connection)
                    guard try copy.hasChanges else { return .keep }
                    isContact = true
                    verdict = try deliver(copy)
                    return verdict == .kept ? .keep : .discard
                }
                if verdict == .kept { return failures }
                guard tries < Self.mostTries else { throw Diagnostic.branchBusy("\(place)") }
                try follow()
            } catch let fault as Diagnostic where fault.code == .unreachable && ContinuousClock.now < deadline {
                // Nothing of it is there: `push` has looked.
                Thread.sleep(forTimeInterval: min(4, 0.25 * pow(2, Double(tries))))
            }
        }
    }

    /// How often others may be first: somebody gets on each time.
    private static let mostTries = 100

    /// Pushes what has changed in a transaction that is not kept yet.
    private func deliver(_ copy: WorkingCopy) throws -> Verdict {
        let parent = try copy.commit()
        let (commit, sequence) = try makeCommit(of: copy, after: parent)
        switch try remote.push(commit, expecting: parent) {
        case .landed:
            try copy.settle(at: commit)
            try copy.settle(sequence: sequence)
            return .kept
        case .moved: return .overtaken
        case .failed(let fault): throw fault
        }
    }

    private func makeCommit(of copy: WorkingCopy, after parent: String?) throws -> (name: String, sequence: Int64) {
        let files = try copy.changedFiles()
        let chain = try StateSnapshot(connection: copy.connection).chainHead()
        let message = StateCommit(events: files.events, trailers: place.trailers)
        var stream = FastImport(
            parent: parent, author: message.author, seconds: message.seconds, message: message.message(chain: chain))
        for path in files.removed { stream.remove(path) }
        for file in files.written { stream.write(file.content, to: file.path) }
        if parent == nil { stream.write(Array(StateReadme.text.utf8), to: StateFile.readme) }
        stream.finish()
        return (try remote.make(stream), chain.sequence)
    }

    // MARK: Following the branch

    /// Brings the working copy to what the branch says.
    func follow() throws {
        let tip = try remote.tip()
        if let tip, try copy.read({ try WorkingCopy(connection: $0).commit() }) == tip { return }
        try copy.write { connection in
            let copy = WorkingCopy(connection: connection)
            let known = try copy.commit()
            // Another process of this machine may have gone on meanwhile: what counts is what is there now.
            let tip = known == tip ? tip : try remote.tip()
            guard known != tip else { return }
            guard let tip else { throw Diagnostic.branchMissing("\(place)", last: known ?? "") }
            do {
                try bring(copy, from: known, to: tip)
            } catch let fault as UnsoundState {
                throw Diagnostic.branchUnsound("\(place)", commit: tip, fault.what)
            }
        }
    }

    private func bring(_ copy: WorkingCopy, from known: String?, to tip: String) throws {
        if let known, try remote.isAncestor(known, of: tip) {
            try demandOwnCommits(from: known, to: tip)
            let (written, removed) = try remote.changes(from: known, to: tip)
            var files = try StateImport(try read(written))
            try files.write(to: copy.connection, removed: try read(removed), isFresh: false)
        } else {
            try demandOwnCommits(from: nil, to: tip)
            let head = try StateSnapshot(connection: copy.connection).chainHead()
            let entries = try remote.files(of: tip)
            guard entries.contains(where: { $0.path == StateFile.summary }) else {
                throw Diagnostic.branchForeign("\(place)", commit: tip)
            }
            try copy.watch(false)
            try copy.clear()
            var files = try StateImport(try read(entries))
            try copy.withoutIndexes { try files.write(to: copy.connection, removed: [], isFresh: true) }
            try copy.watch(true)
            if let known, try !copy.connection.holds(head) {
                throw Diagnostic.branchRewritten("\(place)", now: tip, before: known)
            }
        }
        try copy.settle(at: tip)
        try copy.settle(sequence: StateSnapshot(connection: copy.connection).chainHead().sequence)
    }

    private func read(_ entries: [GitRemote.Entry]) throws -> [(path: String, content: [UInt8])] {
        zip(entries, try remote.contents(entries)).map { ($0.path, $1) }
    }

    /// Sees to it that all that came is of reconcile's making: commits of people end otherwise.
    private func demandOwnCommits(from known: String?, to tip: String) throws {
        let commits = try remote.log(from: known, to: tip)
        guard let foreign = commits.first(where: { $0.chain == nil }) else { return }
        if known == nil, commits.count == 1,
            try !remote.files(of: tip).contains(where: { $0.path == StateFile.summary })
        {
            throw Diagnostic.branchForeign("\(place)", commit: tip)
        }
        throw Diagnostic.branchEdited("\(place)", commit: foreign.name, by: foreign.author, last: known)
    }
}

extension SQLConnection {
    /// Whether an event is part of the chain.
    fileprivate func holds(_ head: (sequence: Int64, hash: String)) throws -> Bool {
        guard head.sequence > 0 else { return true }
        return try first("SELECT hash FROM events WHERE sequence = ?", [.int(head.sequence)]) { $0.text(0) }
            == head.hash
    }
}

/// What the branch says of itself to whoever looks at it.
enum StateReadme {
    static let text = """
        # The record of Slipway

        `reconcile` writes this branch: what the manifests wanted, what was done for which commit, and what came of it.
        Each commit is one step of a reconcile; `git log` of it is the audit trail.

        | path | is |
        |---|---|
        | `objects/Kind/NAMESPACE/NAME.json` | a manifest as it was applied last |
        | `jobs/NAMESPACE/NAME/vN.json` | a version of a job |
        | `runs/NAMESPACE/NAME/ID.json` | a run with its attempts |
        | `agents/ID.json`, `images/DIGEST.json` | an agent; the image of a job version |
        | `events/` | what happened, a line each; every line's `hash` covers the one before |
        | `state.json` | the end of that chain, and how much there is of everything |

        Do not edit it: reconcile refuses what it did not write. No secret and no log is in it.

        """
}
