import Images
import Manifests
import Planning
import Reconciler
import Records
import Support
import YAML

/// A Git repository: commits that add, change, revert and delete manifests at random.
///
/// Proof: see `EventLoop`; it is part of one world, which lives on one thread.
final class ModelRepository: @unchecked Sendable {
    /// What is checked out, with what reading it gives.
    struct Head {
        let id: String
        let text: String
        let reading: Result<DesiredReading, any Error>
    }

    private(set) var head: Head
    private(set) var drafts: [ManifestDraft] = []
    /// How to build each job version of all that was committed.
    private(set) var requests: [Digest: BuildRequest] = [:]
    private let dice: Dice

    init(dice: Dice, scenario: Scenario) {
        self.dice = dice
        let first = ManifestDraft(dice: dice, hosts: scenario.hosts)
        drafts = [first]
        head = Self.checkout(first, number: 1)
        learnRequests()
    }

    private func learnRequests() {
        guard case .success(let reading) = head.reading else { return }
        requests.merge(reading.requests) { first, _ in first }
    }

    /// Commits the next change. The last one leaves manifests that can be carried out.
    func commit(isLast: Bool) {
        let place = UInt64(drafts.count)
        var draft = drafts[drafts.count - 1]
        if dice.chance(150, .commit, place, 0) { draft = drafts[dice.int(0...(drafts.count - 1), .commit, place, 1)] }
        draft.isBroken = false
        for change in 0..<UInt64(dice.int(1...3, .commit, place, 2)) { draft.change(dice, place, change) }
        draft.isBroken = !isLast && dice.chance(60, .commit, place, 3)
        if isLast { draft.repair() }
        drafts.append(draft)
        head = Self.checkout(draft, number: drafts.count)
        learnRequests()
    }

    private static func checkout(_ draft: ManifestDraft, number: Int) -> Head {
        let text = draft.text
        let id = Digest(of: "commit \(number) \(text)").hex.prefix(40)
        return Head(id: String(id), text: text, reading: Result { try read(text, draft) })
    }

    private static func read(_ text: String, _ draft: ManifestDraft) throws -> DesiredReading {
        let loaded = LoadedManifests(decoding: [SourceFile(path: "manifests/all.yaml", text: text)])
        guard !loaded.hasErrors else { throw Diagnostics(loaded.diagnostics) }
        var sources: [ObjectName: Digest] = [:]
        var requests: [Digest: BuildRequest] = [:]
        for (name, job) in loaded.desired.jobs.sorted(by: { $0.key < $1.key }) {
            let source = Digest(of: "source \(name) \(draft.jobs[name.name]?.source ?? 0)")
            sources[name] = source
            requests[JobVersionContent(of: job.spec, source: source).digest] = BuildRequest(
                jobName: name.description, sourceRoot: "/repository/\(name.name)", sourceDigest: source,
                build: job.spec.build)
        }
        return DesiredReading(
            input: DesiredInput(desired: loaded.desired, sources: sources), requests: { [requests] in requests },
            warnings: loaded.diagnostics, files: 1)
    }
}
