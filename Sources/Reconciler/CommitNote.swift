import Foundation
import Manifests
import Planning
import Records
import Store
public import YAML

/// What a commit did, as a note on it that people read in `git log --notes=slipway`.
///
/// Everything in it that somebody else wrote stays within its line.
struct CommitNote {
    private var lines: [String]

    /// The most runs that are named, and the longest line.
    private static let mostRuns = 100
    private static let width = 400

    init(_ heading: CommitHeading) {
        lines = heading.applies.suffix(20).map { event in
            let dirty = event.recordedRevision.isDirty ? ", with changes that are in no commit" : ""
            return Self.line("\(event.cause) (applied \(event.at) by \(event.actor)\(dirty))")
        }
    }

    private var runs = 0

    /// Adds one consequence; only runs are named.
    mutating func add(_ consequence: Consequence) {
        guard let outcome = consequence.outcome else { return }
        runs += 1
        guard runs <= Self.mostRuns else { return }
        let run = outcome.run
        let took = run.startedAt.flatMap { start in run.finishedAt.map { " in \(($0 - start).milliseconds / 1000)s" } }
        var text = "Run/\(consequence.key.name): \(run.phase.rawValue)"
        if consequence.kinds.contains(EventKind.runSatisfied.rawValue), let earlier = outcome.queuedEarlier {
            text += ", computed by \(earlier.recordedRevision)"
        } else {
            text += run.phase == .succeeded ? took ?? "" : run.phase.isTerminal ? ", \(run.message)" : ""
        }
        if outcome.attempts.count > 1 { text += ", \(outcome.attempts.count) attempts" }
        lines.append(Self.line(text))
    }

    /// `nil` where there is nothing to say.
    var text: String? {
        guard !lines.isEmpty else { return nil }
        let more = runs > Self.mostRuns ? ["and \(runs - Self.mostRuns) more runs"] : []
        return (lines + more).joined(separator: "\n") + "\n"
    }

    private static func line(_ text: String) -> String {
        let printable = text.printable
        return printable.count > width ? printable.prefix(width - 1) + "…" : printable
    }
}

extension Reconciler {
    /// How many commits of earlier work get their note anew.
    private static let mostEarlier = 50

    /// Writes what each commit did as a note on it: on the one that was applied, and on those whose runs were under
    /// way before.
    ///
    /// - Parameter remote: where the notes are pushed to; `nil` for nowhere.
    /// - Returns: what went wrong, as warnings: a note is never a reason for an apply to fail.
    public func writeNotes(after result: ApplyResult, pushingTo remote: String? = nil) async -> [Diagnostic] {
        do {
            guard repository.isGit else { throw Diagnostic.notesNotWritten("the manifests are in no Git repository") }
            guard let store = try surroundings.openIfThere(.readOnly) else { return [] }
            var commits = [result.work.revision.commit].compactMap(\.self)
            let ids = result.work.plan.inFlight.prefix(Self.mostEarlier).map(\.id)
            for id in ids {
                let event = try await store.read { snapshot in
                    try snapshot.run(id).flatMap { try snapshot.queueing(of: $0) }
                }
                if let commit = event?.recordedRevision.commit, !commits.contains(commit) { commits.append(commit) }
            }
            var isWritten = false
            for commit in commits where Repository.isObjectName(commit) {
                let heading = try await heading(ofCommit: commit)
                guard heading.knowledge.facts != nil else { continue }
                let note = try await store.read { snapshot in
                    var note = CommitNote(heading)
                    try snapshot.forEachConsequence(of: commit) { note.add($0) }
                    return note
                }
                guard let text = note.text else { continue }
                try await repository.writeNote(text, on: commit, unique: setting.unique())
                isWritten = true
            }
            if let remote, isWritten { try await repository.pushNotes(to: remote, unique: setting.unique()) }
            return []
        } catch let fault as Diagnostic {
            return [fault.severity == .warning ? fault : .notesNotWritten(fault.message)]
        } catch {
            return [.notesNotWritten("\(error)")]
        }
    }
}
