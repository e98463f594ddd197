import Manifests
import Records
import YAML

extension KubernetesEngine {
    public func observe(_ reference: SubmissionReference) async -> Observation {
        await inquire(reference).observation
    }

    /// What is known of an attempt, and what it was told from.
    struct Inquiry {
        var observation: Observation
        /// The uid of its object, where one was seen.
        var uid: String?
        /// What it waits for, where that may never come.
        var stuck: (failure: EngineFailure, words: String, isHopeless: Bool)?

        init(_ observation: Observation) { self.observation = observation }

        init(_ finding: KubernetesFinding, uid: String) {
            observation = finding.observation
            self.uid = uid
            if case .stuck(_, _, let failure, let words, let isHopeless) = finding {
                stuck = (failure, words, isHopeless)
            }
        }
    }

    /// Asks the cluster about one attempt.
    private func inquire(_ reference: SubmissionReference) async -> Inquiry {
        if let known = settled(reference) { return Inquiry(known) }
        var open: Case?
        do {
            let one = try await openCase(reference)
            open = one
            // Read before the cluster is asked: what is noted afterwards may be of an object that was made meanwhile.
            let noted = KubernetesNote(of: reference.folder)
            guard let object = try await one.cluster.look(at: one.identity, one.path) else {
                return Inquiry(absence(one, noted))
            }
            return try await judge(object, one, noted) { () throws(KubernetesFailure) in
                try await (one.cluster.pods(of: one.identity), nil)
            }
        } catch {
            if error.isOfUnknownKind, let absence = absenceOfKind(reference) { return Inquiry(absence) }
            return Inquiry(Self.silence(error, open?.cluster))
        }
    }

    /// What it means that the cluster does not know its kind; `nil` where it has known it before.
    private func absenceOfKind(_ reference: SubmissionReference) -> Observation? {
        switch KubernetesNote(of: reference.folder)?.word {
        case nil: .absent
        case .sealed(let token): KubernetesSeal.binds(token, reference.token) ? Self.sealed : .absent
        case .over(let end): end
        case .submitted, .ending: nil
        }
    }

    /// What needs no question: what is not of this place, and what is over.
    func settled(_ reference: SubmissionReference) -> Observation? {
        if let elsewhere = elsewhere(reference) { return elsewhere }
        if case .over(let end)? = KubernetesNote(of: reference.folder)?.word { return end }
        return nil
    }

    /// What it means that no object of its name is there.
    ///
    /// - Parameter noted: what stood in the attempt's folder before that was asked.
    func absence(_ one: Case, _ noted: KubernetesNote?) -> Observation {
        let reference = one.reference
        guard let note = noted else { return .absent }
        let server = one.cluster.address
        switch note.word {
        case .over(let end): return end
        case .sealed(let token): return KubernetesSeal.binds(token, reference.token) ? Self.sealed : .absent
        case .submitted, .ending:
            guard note.server == server else {
                return .unreachable("it was submitted to \(note.server), and \(one.cluster.source) leads to \(server)")
            }
            var end = Observation.gone("its \(one.kind.kind) was deleted in the cluster, and not by Slipway")
            if case .ending(let words) = note.word { end = .gone(words) }
            self.note(.over(end), of: one, uid: note.uid)
            return end
        }
    }

    static let sealed = Observation.gone("it was sealed before it was started")

    /// What an object of its name says.
    ///
    /// - Parameters:
    ///   - noted: what stood in the attempt's folder before the object was asked for.
    ///   - more: gets its pods, and warnings where they are known.
    func judge(
        _ object: JSONValue, _ one: Case, _ noted: KubernetesNote?,
        _ more: () async throws(KubernetesFailure) -> (pods: [KubernetesPod], [String: KubernetesWarning]?)
    ) async throws(KubernetesFailure) -> Inquiry {
        // Somebody else's object of that name is proof that ours is not there.
        guard one.identity.isOf(object) else { return Inquiry(absence(one, noted)) }
        if let seal = KubernetesSeal(object) {
            return Inquiry(seal.binds(one.reference.token) ? Self.sealed : absence(one, noted))
        }
        let uid = object["metadata"]?["uid"]?.string ?? ""
        let (pods, warnings) = try await more()
        let previous = KubernetesNote(of: one.reference.folder)
        switch previous?.word {
        case nil, .sealed: note(.submitted, of: one, uid: uid)
        case .submitted, .ending, .over: break
        }
        var sight = KubernetesSight(kind: one.kind, rule: one.rule, object: object, pods: pods)
        sight.warnings = warnings ?? [:]
        var finding = sight.finding
        if warnings == nil, finding.needsWarnings {
            sight.warnings = try await one.cluster.warnings()
            finding = sight.finding
        }
        // Its end was asked for: how its command took that is no outcome of its own.
        if case .ending(let words)? = previous?.word, finding.isEnd, !(finding.isSuccess && Self.endedBefore(object)) {
            finding = .known(.gone(words))
        }
        if case .known(let end) = finding, finding.isEnd {
            note(.over(end), of: one, uid: uid)
            forgetStuck(uid)
        }
        return Inquiry(finding, uid: uid)
    }

    /// Whether it was complete before it was told to go.
    private static func endedBefore(_ object: JSONValue) -> Bool {
        guard let deletion = object.at(["metadata", "deletionTimestamp"])?.string else { return true }
        // Both in UTC and to the second, so that they are compared as they are written.
        return object.at(["status", "completionTime"])?.string.map { $0 < deletion } ?? false
    }

    /// Keeps what was learnt. It can be learnt again as long as the cluster has it, so that a full disk does no harm.
    func note(_ word: KubernetesNote.Word, of one: Case, uid: String?) {
        let note = KubernetesNote(word, uid: uid, server: one.cluster.address)
        try? note.write(to: one.reference.folder)
    }

    // MARK: Many

    public func observe(_ references: [SubmissionReference]) async -> [Observation] {
        var found = [Observation?](repeating: nil, count: references.count)
        var groups: [Group: [(index: Int, one: Case)]] = [:]
        for (index, reference) in references.enumerated() {
            if let known = settled(reference) {
                found[index] = known
                continue
            }
            do {
                let one = try await openCase(reference)
                let group = Group(cluster: ObjectIdentifier(one.cluster), path: one.path, tag: one.identity.tag)
                groups[group, default: []].append((index, one))
            } catch {
                found[index] = await observe(reference)
            }
        }
        for (_, members) in groups {
            let observations = await observe(members.map(\.one))
            for (member, observation) in zip(members, observations) { found[member.index] = observation }
        }
        return found.map { $0 ?? .unreachable("Kubernetes was not asked") }
    }

    private struct Group: Hashable {
        var cluster: ObjectIdentifier
        var path: String
        var tag: String
    }

    /// One list of objects and one of pods, whatever the number.
    private func observe(_ cases: [Case]) async -> [Observation] {
        guard let first = cases.first else { return [] }
        guard cases.count > 1 else { return [await observe(first.reference)] }
        let cluster = first.cluster
        let query = [("labelSelector", KubernetesIdentity.selector(tag: first.identity.tag))]
        let noted = cases.map { KubernetesNote(of: $0.reference.folder) }
        do {
            let objects = Dictionary(
                try await cluster.api.list(first.path, query).items.map { ($0["metadata"]?["name"]?.string ?? "", $0) }
            ) { first, _ in first }
            let pods = Dictionary(
                grouping: try await cluster.api.list(cluster.pods, query).items.map(KubernetesPod.init)
            ) { $0.object["metadata"]?["labels"]?[KubernetesIdentity.Key.name]?.string ?? "" }
            var found: [Observation] = []
            for (one, noted) in zip(cases, noted) {
                // Somebody may have taken its labels away.
                guard let object = objects[one.identity.object] else {
                    found.append(await observe(one.reference))
                    continue
                }
                let own = pods[one.identity.object] ?? []
                let inquiry = try await judge(object, one, noted) { () throws(KubernetesFailure) in (own, nil) }
                found.append(inquiry.observation)
            }
            return found
        } catch {
            return cases.map { _ in Self.silence(error, cluster) }
        }
    }
}

extension KubernetesFinding {
    var isEnd: Bool {
        switch self {
        case .known(.ended), .known(.failed), .known(.gone): true
        case .known, .stuck: false
        }
    }

    var isSuccess: Bool { if case .known(.ended(0, _)) = self { true } else { false } }

    /// Whether events may say more of why it waits.
    var needsWarnings: Bool {
        switch self {
        case .known(.waiting("NoPod", _)), .known(.waiting("ContainerCreating", _)): true
        case .known, .stuck: false
        }
    }
}
