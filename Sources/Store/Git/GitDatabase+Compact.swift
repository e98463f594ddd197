public import Records
import YAML

/// What was made of the past of a branch.
public struct CompactionReport: Sendable {
    /// How many commits there were.
    public var commits: Int
    /// The newest of them.
    public var before: String
    /// The one commit that stands for all of them now.
    public var after: String
}

extension GitDatabase {
    /// Makes one commit of all that the branch has behind it.
    ///
    /// The record stays as it is, with the whole chain of events; what goes is how its files came to be what they are.
    /// Whoever knew the branch before goes on: the chain shows that it is the same record.
    ///
    /// - Throws: a `Diagnostic`; the branch is as it was then.
    func compact() throws -> CompactionReport? {
        try follow()
        var report: CompactionReport?
        try copy.write { connection in
            let copy = WorkingCopy(connection: connection)
            guard let tip = try copy.commit() else { return }
            let commits = try remote.count(upTo: tip)
            let chain = try StateSnapshot(connection: connection).chainHead()
            let message = """
                Compact \(commits) commits up to \(tip.prefix(12))

                Slipway-Compacted: \(tip)
                \(StateCommit.chainTrailer): \(chain.sequence) \(chain.hash)
                """
            let commit = try remote.makeCommit(ofTreeOf: tip, message: message)
            switch try remote.push(commit, expecting: tip) {
            case .landed:
                try copy.settle(at: commit)
                report = CompactionReport(commits: commits, before: tip, after: commit)
            case .moved: throw Diagnostic.branchBusy("\(place)")
            case .failed(let fault): throw fault
            }
        }
        return report
    }

    /// Where the chain stood with each commit of the branch, newest first, as far as this clone has them.
    func anchors() throws -> [EventAnchor] {
        guard let tip = try copy.read({ try WorkingCopy(connection: $0).commit() }) else { return [] }
        return try remote.history(of: tip).compactMap { commit in
            commit.chain.map { chain in
                EventAnchor(
                    sequence: chain.sequence, hash: chain.hash, place: "commit \(commit.name.prefix(12)) of \(place)")
            }
        }.filter { $0.sequence > 0 }
    }
}

extension StateStore {
    /// Makes one commit of the past of the branch that the state is kept in; `nil` where there is nothing yet, or the
    /// state is kept otherwise.
    public func compact() async throws -> CompactionReport? {
        guard let database = database as? GitDatabase else { return nil }
        return try await aside { try database.compact() }
    }

    /// What an outside witness has seen of the chain of events: the commits of the branch that the state is kept in.
    public func anchors() async throws -> [EventAnchor] {
        guard let database = database as? GitDatabase else { return [] }
        return try await aside { try database.anchors() }
    }

    private func aside<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            scheduler.read { continuation.resume(with: Result { try work() }) }
        }
    }
}
