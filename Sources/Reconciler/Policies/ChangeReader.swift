import Foundation
import Planning
import YAML

/// Finds out from Git which files differ between two commits, and whose commits changed them.
struct ChangeReader {
    let repository: Repository

    /// Without a limit, a range that is not what somebody meant would keep Git busy.
    private static let mostCommits = 10_000

    private struct Commit {
        var id: String
        var parents: [String]
        var step: BranchChange.Step
    }

    /// - Parameters:
    ///   - base: a full commit id; `nil` for nothing at all.
    ///   - head: a full commit id.
    ///   - includesTree: whether what has not been committed counts, too.
    /// - Returns: by path, the steps that changed it; and all steps.
    func changes(
        from base: String?, to head: String, includesTree: Bool
    ) async throws -> (paths: [String: [BranchChange.Step]], steps: [BranchChange.Step]) {
        let commits = try await commits(from: base, to: head)
        try await demandHistory(of: commits)
        let changed = try await names(from: base, to: head)
        var paths = Dictionary(uniqueKeysWithValues: changed.map { ($0, [BranchChange.Step]()) })
        if !changed.isEmpty {
            let single = commits.filter { $0.parents.count < 2 }
            let steps = Dictionary(uniqueKeysWithValues: single.map { ($0.id, $0.step) })
            for (id, name) in try await names(changedIn: single.map(\.id)) {
                if let step = steps[id] { paths[name]?.append(step) }
            }
            for merge in commits where merge.parents.count > 1 {
                for name in try await names(decidedBy: merge) { paths[name]?.append(merge.step) }
            }
        }
        var steps = commits.map(\.step)
        if includesTree {
            let step = BranchChange.Step(commit: nil, author: "")
            let uncommitted = try await uncommitted()
            for name in uncommitted { paths[name, default: []].append(step) }
            if !uncommitted.isEmpty { steps.append(step) }
        }
        return (paths, steps)
    }

    private func commits(from base: String?, to head: String) async throws -> [Commit] {
        // The author's own address: what `.mailmap` makes of it is up to whoever proposes the change.
        let format = "--format=%H%x09%P%x09%ae"
        let text = try await git(
            ["rev-list", "--no-commit-header", format, "--max-count=\(Self.mostCommits + 1)"]
                + (base.map { [head, "^\($0)"] } ?? [head]))
        let lines = text.split(separator: "\n")
        guard lines.count <= Self.mostCommits else { throw Diagnostic.tooManyCommits(most: Self.mostCommits) }
        return try lines.map { line in
            let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 3, Repository.isObjectName(fields[0]) else {
                throw Diagnostic.gitFailed("rev-list", "it printed something else than commits")
            }
            return Commit(
                id: fields[0], parents: fields[1].split(separator: " ").map(String.init),
                step: BranchChange.Step(commit: fields[0], author: fields[2]))
        }
    }

    /// Where a clone is cut off, Git takes a commit for the first of all, and its author for that of everything.
    private func demandHistory(of commits: [Commit]) async throws {
        let file = try await git(["rev-parse", "--path-format=absolute", "--git-path", "shallow"])
        let path = file.trimmingCharacters(in: .newlines)
        guard let text = FileManager.default.contents(atPath: path) else { return }
        let cut = Set(String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init))
        guard !commits.contains(where: { cut.contains($0.id) }) else {
            throw Diagnostic.changesUnknown("the clone is shallow, and its history ends too early")
        }
    }

    // MARK: Files

    private static let listing = ["diff-tree", "-r", "-z", "--raw", "--no-renames"]

    /// The files that differ between two commits; between nothing and a commit, all of them.
    private func names(from base: String?, to head: String) async throws -> Set<String> {
        guard let base else {
            return Set(
                try await git(["ls-tree", "-r", "-z", "--name-only", head]).split(separator: "\0").map(String.init))
        }
        return Set(Self.names(in: try await git(Self.listing + [base, head])).map(\.name))
    }

    /// What commits with one parent, or none, change.
    private func names(changedIn commits: [String]) async throws -> [(commit: String, name: String)] {
        guard !commits.isEmpty else { return [] }
        return Self.names(
            in: try await git(Self.listing + ["--root", "--stdin"], input: commits.map { $0 + "\n" }.joined()))
    }

    /// Reads `<commit>`, and for each file `:<modes, ids and letter>` and its name. Only the second begins with a colon
    /// where it stands, whatever names there are.
    private static func names(in listing: String) -> [(commit: String, name: String)] {
        var found: [(commit: String, name: String)] = []
        var commit = ""
        var tokens = listing.split(separator: "\0")[...]
        while let token = tokens.popFirst() {
            if token.hasPrefix(":") {
                if let name = tokens.popFirst() { found.append((commit, String(name))) }
            } else {
                commit = String(token.filter { !$0.isWhitespace })
            }
        }
        return found
    }

    /// The files of which a merge holds something that no merge of its parents had to hold: another content than each
    /// of them, or that of one although the other had changed the file. Whoever merged decided that.
    private func names(decidedBy merge: Commit) async throws -> Set<String> {
        var differing: [Set<String>] = []
        for parent in merge.parents { differing.append(try await names(from: parent, to: merge.id)) }
        let everywhere = differing.reduce(Set()) { $0.union($1) }
        guard merge.parents.count == 2 else { return everywhere }
        let bases = try await ask(["merge-base", "--all"] + merge.parents).output.split(separator: "\n").map(
            String.init)
        var decided = differing[0].intersection(differing[1])
        for (parent, names) in zip(merge.parents, differing) {
            // With unrelated histories, each side has made all that it holds.
            if bases.isEmpty { decided.formUnion(names) }
            for base in bases { decided.formUnion(names.intersection(try await self.names(from: base, to: parent))) }
        }
        return decided
    }

    /// The files that differ from what is checked out, and those that Git does not know.
    private func uncommitted() async throws -> Set<String> {
        let text = try await git(["status", "--porcelain", "-z", "--untracked-files=all", "--no-renames"])
        return Set(text.split(separator: "\0").map { String($0.dropFirst(3)) })
    }

    // MARK: Git

    /// Objects that stand in for others are this machine's own idea of history.
    private static let environment = ["GIT_NO_REPLACE_OBJECTS": "1"]

    private func ask(_ arguments: [String]) async throws -> Repository.GitAnswer {
        try await repository.ask(arguments, environment: Self.environment)
    }

    private func git(_ arguments: [String], input: String = "") async throws -> String {
        try await repository.git(arguments, environment: Self.environment, input: input)
    }
}
