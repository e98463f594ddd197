public import Manifests
public import Records
import Store
import YAML

/// An event with the commit that it came from.
public struct Trace: Sendable {
    public var event: EventRecord
    public var knowledge: CommitKnowledge
    /// Who wrote the commit, as the apply noted.
    public var recordedAuthor: String?
    /// The plan that it was part of: the summary line of the apply that wrote it down; `nil` where no apply did.
    public var plan: String?
    /// Where the manifest's file is now, if it was renamed since.
    public var newFile: String?
}

/// The way back from an object to what wanted it.
public struct Explanation: Sendable {
    public var key: ObjectKey
    /// `nil` where its manifest is gone.
    public var view: ObjectView?
    /// Of a run: the execution that is or was recorded under its name.
    public var execution: RunRecord?
    public var attempts: [AttemptRecord]
    /// Each time that it was executed once more to see whether the same comes out.
    public var reproductions: [Reproduction]
    /// What made the manifest's record what it is now.
    public var wanted: Trace?
    /// What queued the execution, where that was another commit or another name.
    public var computed: Trace?
    /// What removed it.
    public var removed: Trace?
    /// Of a pool: what a cluster says of its Deployment.
    public var deployment: DeploymentView?
    /// Its newest events.
    public var events: [EventRecord]
}

extension Reconciler {
    /// How many events of an object are shown with it.
    private static let shownEvents = 12

    /// Explains an object: from its state back to the commit, the line and the plan.
    ///
    /// - Parameter key: of a run, also a name whose manifest is gone, or an execution's id.
    /// - Throws: `Diagnostic.unknownObject` where nothing of it was ever recorded.
    public func explain(_ asked: ObjectKey) async throws -> Explanation {
        let store = try openState()
        let found = try await objectOrNone(asked)
        let key = try await found == nil ? nameOfOld(asked, in: store) : asked
        var execution = found?.execution
        if execution == nil, key.kind == .run { execution = try await store.read { try $0.execution(of: asked.name) } }
        let run = execution
        let recorded = try await store.read { snapshot in
            let subject = EventDraft.subject(of: key)
            return (
                attempts: try run.map { try snapshot.attempts(of: $0.id) } ?? [],
                reproductions: try run.map { try snapshot.reproductions(of: $0) } ?? [],
                wanted: try snapshot.newestEvent(
                    EventFilter(subject: subject, kinds: [.objectCreated, .objectUpdated, .runSatisfied])),
                queued: try run.flatMap { try snapshot.queueing(of: $0) },
                removed: try snapshot.newestEvent(EventFilter(subject: subject, kinds: [.objectDeleted])),
                events: try snapshot.events(of: subject, newest: Self.shownEvents)
            )
        }
        var computed = recorded.queued
        // The plan that made the record what it is also queued the execution: that is told once.
        if let queued = computed, let wanted = recorded.wanted, queued.subject == wanted.subject,
            queued.revision == wanted.revision, queued.at == wanted.at
        {
            computed = nil
        }
        let deployment = key.kind == .agentPool ? try await deployments(only: key.name)[key.name] : nil
        return Explanation(
            key: key, view: found, execution: run, attempts: recorded.attempts,
            reproductions: recorded.reproductions, wanted: try await trace(recorded.wanted, in: store),
            computed: try await trace(computed, in: store),
            removed: found == nil ? try await trace(recorded.removed, in: store) : nil, deployment: deployment,
            events: recorded.events)
    }

    private func objectOrNone(_ key: ObjectKey) async throws -> ObjectView? {
        do {
            return try await objects(key.kind, name: key.name).first
        } catch let fault as Diagnostic where fault.code == .unknownObject {
            return nil
        }
    }

    /// The key of something that is recorded no more, or was meant by a run's id.
    private func nameOfOld(_ key: ObjectKey, in store: StateStore) async throws -> ObjectKey {
        let found = try await store.read { snapshot -> ObjectKey? in
            if try snapshot.newestEvent(EventFilter(subject: EventDraft.subject(of: key))) != nil { return key }
            guard key.kind == .run, let run = try snapshot.execution(of: key.name) else { return nil }
            return ObjectKey(.run, run.name)
        }
        if let found { return found }
        // Says what is there instead.
        _ = try await objects(key.kind, name: key.name)
        throw Diagnostic.unknownObject("\(key)", suggestion: nil)
    }

    private func trace(_ event: EventRecord?, in store: StateStore) async throws -> Trace? {
        guard let event else { return nil }
        let revision = event.recordedRevision
        let apply = try await store.read { snapshot -> EventRecord? in
            // What a plan decides is written down in one transaction, behind the word that it begins.
            guard event.detail("reason") != nil else { return nil }
            return try snapshot.newestEvent(EventFilter(kinds: [.applyStarted]), upTo: event.sequence)
        }
        let knowledge = try await repository.knowledge(of: revision.commit)
        var newFile: String?
        if knowledge.facts != nil, let commit = revision.commit, let colon = event.cause.lastIndex(of: ":") {
            newFile = try await repository.newName(of: String(event.cause[..<colon]), since: commit)
        }
        return Trace(
            event: event, knowledge: knowledge, recordedAuthor: apply?.detail("author"), plan: apply?.cause,
            newFile: newFile)
    }
}
