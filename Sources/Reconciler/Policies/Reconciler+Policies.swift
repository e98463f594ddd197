import Manifests
import Planning
import Records
import Store
import YAML

/// What a checkout is judged by besides its own policies, and against what its changes are seen.
struct PolicyBasis: Sendable {
    enum Base: Sendable {
        /// A full commit id, and how people call it.
        case commit(String, name: String)
        /// There was nothing before.
        case nothing
        /// Changes are not judged: nothing is said to be trusted.
        case unasked
        case unknown(Diagnostic)
    }

    /// Of policies that the checkout cannot change.
    var trusted: [PolicyRule] = []
    var base: Base
    /// Whether it is a proposal, and not what is applied.
    var isProposal = false
}

extension Reconciler {
    /// What policies deny of what files say: those of the checkout and, for a proposal, those of the branch that it is
    /// for.
    ///
    /// - Throws: a `Diagnostic` where a policy that holds cannot be read, since what it says is then unknown.
    func denials(of desired: DesiredState, for target: PolicyReference?) async throws -> [Diagnostic] {
        guard let target else { return try await denials(of: desired, .none, by: PolicyBasis(base: .unasked)) }
        let basis = try await basis(for: target)
        return try await denials(of: desired, surroundings.revision(), by: basis)
    }

    /// What policies deny, all of it.
    func denials(
        of desired: DesiredState, _ revision: Revision, by basis: PolicyBasis
    ) async throws -> [Diagnostic] {
        let own = PolicyRule.all(of: desired)
        let basis = try await basis.isProposal ? basis : successor(of: basis, to: revision, whose: own)
        let rules = PolicyRule.union(own, basis.trusted)
        guard !rules.isEmpty else { return [] }
        let found = Planning.denials(of: desired, by: rules)
        if case .unasked = basis.base { return found }
        return try await found + denialsOfChange(to: desired, revision, by: rules, since: basis)
    }

    /// What rules about who may deny.
    func denialsOfChange(
        to desired: DesiredState, _ revision: Revision, by rules: [PolicyRule], since basis: PolicyBasis
    ) async throws -> [Diagnostic] {
        var found: [Diagnostic] = []
        for rule in rules {
            guard case .signature(let signed) = rule.demand else { continue }
            // A tag is set on what is to be applied, once it is where it belongs.
            if basis.isProposal, signed.requireSigned == .tag { continue }
            found += try await denials(of: revision, desired, signed, by: rule)
        }
        guard rules.contains(where: \.isAboutChange) else { return found }
        let change = try await change(to: revision, since: basis.base)
        return found + Planning.denials(of: change, to: desired, by: rules)
    }

    /// Sees to it that policies allow what is about to be applied.
    ///
    /// - Parameter store: `nil` where nothing has been recorded yet.
    /// - Throws: `Diagnostics` with everything that they deny; a `Diagnostic` where they cannot be asked.
    func demandLeave(for reading: DesiredReading, _ revision: Revision, _ store: StateStore?) async throws {
        let basis = try await basis(of: reading.input.desired, recordedIn: store)
        let denials = try await denials(of: reading.input.desired, revision, by: basis)
        guard denials.isEmpty else { throw Diagnostics(denials) }
    }

    private func denials(
        of revision: Revision, _ desired: DesiredState, _ signed: CommitRules, by rule: PolicyRule
    ) async throws -> [Diagnostic] {
        guard let commit = revision.commit else { return [.nothingToVerify(by: rule)] }
        var found: [Diagnostic] = []
        let strays = try await repository.unknown(desired.files, in: commit)
        if revision.isDirty || !strays.isEmpty { found.append(.treeNotCommitted(strays, by: rule)) }
        let check = SignatureCheck(repository: repository, unique: setting.unique)
        if let denial = try await check.denial(of: commit, signed, by: rule) { found.append(denial) }
        return found
    }

    private func change(to revision: Revision, since base: PolicyBasis.Base) async throws -> BranchChange {
        guard let head = revision.commit else { throw Diagnostic.changesUnknown("there is no commit") }
        let commit: String?
        var name = "the beginning"
        switch base {
        case .commit(let id, let called):
            guard try await repository.obtain(id) else { throw Diagnostic.changesUnknown("\(called) is not here") }
            (commit, name) = (id, called)
        case .nothing, .unasked: commit = nil
        case .unknown(let fault): throw fault
        }
        let changes = try await ChangeReader(repository: repository)
            .changes(from: commit, to: head, includesTree: revision.isDirty)
        var before = DesiredState()
        if let commit {
            before = try await repository.manifests(of: commit, in: manifests, unique: setting.unique()).desired
        }
        return BranchChange(base: before, baseName: name, paths: changes.paths, steps: changes.steps)
    }

    // MARK: What is trusted

    /// For a proposal: the policies of the branch that it is for, and what it changes since it left that branch.
    func basis(for target: PolicyReference) async throws -> PolicyBasis {
        let tip = try await repository.commit(of: target)
        let loaded = try await repository.manifests(of: tip, in: manifests, unique: setting.unique())
        guard loaded.policyFaults.isEmpty else {
            throw Diagnostic.trustedPolicyUnreadable(target.name, loaded.policyFaults)
        }
        let fork = try await repository.ask(["merge-base", "--end-of-options", tip, "HEAD"])
        let id = fork.output.split(separator: "\n").first.map(String.init)
        let base: PolicyBasis.Base =
            if fork.isSuccess, let id, Repository.isObjectName(id) {
                .commit(id, name: target.name)
            } else {
                .unknown(.changesUnknown("HEAD and \(target.name) have no commit in common here"))
            }
        return PolicyBasis(
            trusted: PolicyRule.all(of: loaded.desired, standing: "on \(target.name)"), base: base, isProposal: true)
    }

    /// For what is applied: the policies as they were applied last, and what has changed since then.
    ///
    /// - Parameters:
    ///   - desired: what is judged.
    ///   - store: `nil` where nothing has been recorded yet.
    func basis(of desired: DesiredState, recordedIn store: StateStore?) async throws -> PolicyBasis {
        let counts = try await store?.read { try $0.objectCounts() } ?? [:]
        // Most have no policy, and shall not pay for that.
        guard !desired.policies.isEmpty || counts[.policy] != nil else { return PolicyBasis(base: .unasked) }
        guard let store, !counts.isEmpty else { return PolicyBasis(base: try await parentOfHead()) }
        var trusted: [PolicyRule] = []
        let objects = try await store.read { try $0.objects() }.filter { $0.key.kind == .policy }
        for record in objects.values.sorted(by: { $0.key < $1.key }) { trusted += try Self.rules(of: record) }
        let applied = try await appliedRevision(in: store)
        guard let commit = applied.commit else { return PolicyBasis(trusted: trusted, base: .nothing) }
        return PolicyBasis(trusted: trusted, base: .commit(commit, name: "commit \(commit.prefix(12))"))
    }

    private static func rules(of record: ObjectRecord) throws -> [PolicyRule] {
        let content = try? JSONValue(parsing: Array(record.content.utf8))
        guard let spec = content?["spec"].flatMap(RecordedSpec.policy) else {
            throw Diagnostic.recordedPolicyUnreadable("\(record.key)")
        }
        var place = SourceLocation(path: record.file)
        place.span.start.line = record.line
        place.span.end.line = record.line
        let standing = "as \(record.revision) had it when it was applied"
        return PolicyRule.all(of: spec, named: record.key.name, standing: standing) { _, _ in place }
    }

    /// What the first apply of all compares with.
    private func parentOfHead() async throws -> PolicyBasis.Base {
        guard repository.isGit else { return .unknown(.changesUnknown("there is no Git repository")) }
        if let parent = try await repository.resolve("HEAD^") { return .commit(parent, name: "the commit before") }
        let isShallow = try await repository.ask(["rev-parse", "--is-shallow-repository"]).output.hasPrefix("true")
        return isShallow ? .unknown(.changesUnknown("the history is not here, the clone is shallow")) : .nothing
    }
}
