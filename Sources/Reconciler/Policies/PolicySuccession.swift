import Manifests
import Planning
import Records

// How a policy gives way to another. Between what was applied last and what is applied now the branch may have changed
// its policies, even several times. Each such commit is judged by the policy before it: by what it says of signatures,
// and of who may change what. From the first that it does not allow on, the policy before stays in force beside that of
// the checkout. So whoever may change a policy can loosen it, at once; a change that somebody else makes only adds to
// what has to hold.

extension Reconciler {
    /// What is trusted once the branch has been followed to what is applied now.
    ///
    /// - Parameter own: the rules of the checkout. Where they are those that are trusted, there is nothing to follow.
    func successor(
        of basis: PolicyBasis, to revision: Revision, whose own: [PolicyRule]
    ) async throws -> PolicyBasis {
        guard case .commit(let base, _) = basis.base, let head = revision.commit,
            Set(basis.trusted.map(\.demand)) != Set(own.map(\.demand)), try await repository.obtain(base)
        else { return basis }
        var basis = basis
        for commit in try await commitsOfManifests(from: base, to: head) {
            let loaded = try await repository.manifests(of: commit, in: manifests, unique: setting.unique())
            // What cannot be read takes nothing out of force.
            guard loaded.policyFaults.isEmpty else { continue }
            let name = "commit \(commit.prefix(12))"
            let rules = PolicyRule.all(of: loaded.desired, standing: "in \(name)")
            guard Set(rules.map(\.demand)) != Set(basis.trusted.map(\.demand)) else { continue }
            let denials = try await denialsOfChange(
                to: loaded.desired, Revision(commit: commit, isDirty: false), by: basis.trusted, since: basis)
            guard denials.isEmpty else { break }
            basis = PolicyBasis(trusted: rules, base: .commit(commit, name: name))
        }
        return basis
    }

    /// More are not followed; then the policy that was applied last stays in force.
    private static let mostFollowed = 200

    /// The commits of the branch itself, oldest first, that change a file in which a policy could be.
    private func commitsOfManifests(from base: String, to head: String) async throws -> [String] {
        let text = try await repository.git(
            [
                "rev-list", "--first-parent", "--reverse", head, "^\(base)", "--", "*.yaml", "*.yml",
                "*.slipwayignore",
            ], environment: ["GIT_NO_REPLACE_OBJECTS": "1"])
        let commits = text.split(separator: "\n").map(String.init)
        return commits.count <= Self.mostFollowed ? commits : []
    }
}
