import Agents
import Dispatch
import Manifests
import Records
public import Store
import YAML

extension Reconciler {
    /// How long a newer commit waits until an older one has let go, where nobody says how long.
    private static let handoverPatience = Duration.seconds(120)

    /// Takes the right to act. Where an older commit is being applied, its reconciler is asked to hand over.
    ///
    /// - Parameters:
    ///   - patience: how long to wait for whoever has it; `nil` for not at all, but for an older commit's.
    /// - Throws: `Diagnostic.locked` where somebody else still has it then.
    func takeHold(
        for revision: Revision, patience: Duration?, _ tell: @Sendable (ApplyEvent) -> Void
    ) async throws -> any StateHold {
        let start = setting.time.now()
        var isAsked = false
        while true {
            do {
                return try await holdAside(for: revision.commit)
            } catch let fault as Diagnostic where fault.code == .stateLocked {
                guard let holder = try await aside({ try self.surroundings.holder() }) else {
                    // It was given back since, or its holder is not known.
                    guard let patience, setting.time.now() - start < patience else { throw fault }
                    try await setting.time.sleep(for: pause)
                    continue
                }
                let isOlder = try await isNewer(revision, than: holder)
                let limit = patience ?? (isOlder ? Self.handoverPatience : .zero)
                guard setting.time.now() - start < limit else { throw fault }
                if !isAsked {
                    tell(.waitsFor(holder, asksForHandover: isOlder))
                    if isOlder { try await askForHandover(revision) }
                    isAsked = true
                }
                try await setting.time.sleep(for: pause)
            }
        }
    }

    /// How often it is tried again: a remote is not asked many times a second.
    private var pause: Duration { paths.state.isBranch ? .seconds(2) : .milliseconds(200) }

    private func holdAside(for commit: String?) async throws -> any StateHold {
        try await aside { try self.hold(for: commit) }
    }

    /// Does what may block for a while, on a thread of its own.
    private func aside<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        guard surroundings.mayBlock else { return try work() }
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try work() }) }
        }
    }

    /// Whether a commit comes after the one that somebody applies, as far as this clone knows.
    private func isNewer(_ revision: Revision, than holder: LockHolder) async throws -> Bool {
        guard let commit = revision.commit, let other = holder.commit, commit != other, !revision.isDirty else {
            return false
        }
        return await repository.isAncestor(other, of: commit)
    }

    private func askForHandover(_ revision: Revision) async throws {
        guard let store = try surroundings.openIfThere(.readWrite), let commit = revision.commit else { return }
        let request = HandoverRequest(commit: commit, actor: setting.actor, machine: setting.machine)
        let provenance = Provenance(revision: revision, actor: setting.actor)
        try await store.write(as: provenance, at: setting.time.now()) { try $0.request(request) }
    }

    /// Writes down whose hold it was before, where that one is gone, and that a wish to have it is fulfilled.
    func recordTakeover(_ hold: any StateHold, in store: StateStore, _ provenance: Provenance) async throws {
        if let gone = hold.superseded {
            try await store.write(as: provenance, at: setting.time.now()) { transaction in
                try transaction.append([
                    EventDraft(
                        .lockTakenOver, cause: "\(gone.actor) held the state and is gone",
                        details: ["holder": gone.json])
                ])
            }
        }
        if try await store.read({ try $0.handoverRequest() }) != nil {
            try await store.write(as: provenance, at: setting.time.now()) { try $0.forgetHandoverRequest() }
        }
    }

    /// Who wants the state and may have it: a newer commit, as long as nothing would end with this machine.
    ///
    /// Processes of this machine go on without the reconciler, but a runner that is thrown away takes them with it:
    /// they are only left to somebody on the same machine.
    func successor(in snapshot: StateSnapshot, _ revision: Revision) throws -> HandoverRequest? {
        guard let request = try snapshot.handoverRequest(), request.commit != revision.commit else { return nil }
        guard request.machine.isEmpty || request.machine != setting.machine else { return request }
        return try snapshot.hasActiveAttempts(onHost: setting.host) ? nil : request
    }

    // MARK: Unlocking

    /// Which hold is to be broken.
    public enum HoldChoice: Sendable {
        /// The one of this id, as the message about it says it.
        case id(String)
        /// The one of a CI run.
        case run(String)
    }

    /// Takes the state from whoever holds it, and records who asked for that.
    ///
    /// - Returns: who held it; `nil` where nobody did.
    /// - Throws: `Diagnostic.locked` where somebody else holds it than who is meant.
    public func unlock(_ choice: HoldChoice) async throws -> LockHolder? {
        let now = setting.time.now()
        let holder = try await aside { [paths] in
            try StateLock.breakLock(of: paths.state, at: now) { holder in
                switch choice {
                case .id(let id): holder.id == id
                case .run(let run): holder.run == run
                }
            }
        }
        guard let holder, let store = try surroundings.openIfThere(.readWrite) else { return holder }
        let provenance = Provenance(revision: try await surroundings.revision(), actor: setting.actor)
        try await store.write(as: provenance, at: now) { transaction in
            try transaction.append([
                EventDraft(.lockBroken, cause: "reconcile unlock", details: ["holder": holder.json])
            ])
        }
        return holder
    }
}
