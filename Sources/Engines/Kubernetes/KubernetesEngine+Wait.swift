import Manifests
public import Records
import YAML

extension KubernetesEngine {
    /// How long one waits before it is tried again to reach a cluster of which nothing is known.
    private static let respite = Duration.seconds(5)
    /// How long what is taken off the cluster because it waits in vain has to end.
    private static let grace = Duration.seconds(1)

    public func wait(for reference: SubmissionReference, until deadline: Timestamp?) async -> Observation {
        var observation = await observe(reference)
        while observation.isLive, !Task.isCancelled {
            if let deadline, now() >= deadline { break }
            observation = await change(of: reference, from: observation, until: deadline)
        }
        return observation
    }

    public func change(
        of reference: SubmissionReference, from seen: Observation, until deadline: Timestamp?
    ) async -> Observation {
        while true {
            if let known = settled(reference) { return known }
            do {
                let one = try await openCase(reference)
                return await change(of: one, from: seen, until: deadline)
            } catch {
                let silence = Self.silence(error, nil)
                if !silence.isSaid(after: seen) { return silence }
                guard await rest(until: deadline) else { return seen }
            }
        }
    }

    /// Whether there is time to try again.
    private func rest(until deadline: Timestamp?) async -> Bool {
        let left = deadline.map { $0 - now() } ?? Self.respite
        guard left > .zero, !Task.isCancelled else { return false }
        try? await Task.sleep(for: min(left, Self.respite))
        return !Task.isCancelled
    }

    private func change(of one: Case, from seen: Observation, until deadline: Timestamp?) async -> Observation {
        let mirror = one.cluster.mirror(of: one.path, tag: one.identity.tag)
        return await mirror.using {
            while true {
                let (glance, number) = mirror.glance(at: one.identity.object)
                var left = deadline.map { $0 - now() }
                // Nothing may have been heard yet: then it is being listed.
                let inquiry = await inquire(one, glance)
                if let inquiry {
                    let observation = inquiry.observation
                    if !observation.isLive || !observation.isSaid(after: seen) { return observation }
                    if let stuck = inquiry.stuck, let uid = inquiry.uid {
                        let time = stuck.isHopeless ? .zero : stuckSince(uid) + patience - now()
                        if time <= .zero, let end = await giveUp(one, uid, stuck.failure, stuck.words) { return end }
                        left = min(left ?? .seconds(86_400), max(time, .seconds(1)))
                    }
                }
                if let left, left <= .zero { return inquiry?.observation ?? seen }
                if Task.isCancelled { return inquiry?.observation ?? seen }
                await mirror.change(of: one.identity.object, after: number, atMost: left)
                if Task.isCancelled { return inquiry?.observation ?? seen }
            }
        }
    }

    /// What is kept up to date is believed of what is there; that something is not there, the cluster is asked for: it
    /// may have been made a moment ago.
    private func inquire(_ one: Case, _ glance: KubernetesMirror.Glance) async -> Inquiry? {
        switch glance {
        case .nothing: return nil
        case .trouble(let why): return Inquiry(.unreachable("\(one.cluster.address): \(why)"))
        case .missing: return Inquiry(await observe(one.reference))
        case .present(let object, let pods, let warnings):
            do {
                // Of a Job and its pods the one may be heard of before the other: how it ended is asked for.
                var sight = KubernetesSight(kind: one.kind, rule: one.rule, object: object, pods: pods)
                sight.warnings = warnings
                let isOurs = one.identity.isOf(object) && KubernetesSeal(object) == nil
                if !isOurs || sight.finding.isEnd { return Inquiry(await observe(one.reference)) }
                return try await judge(object, one, nil) { () throws(KubernetesFailure) in (pods, warnings) }
            } catch {
                return Inquiry(Self.silence(error, one.cluster))
            }
        }
    }

    /// Takes what waits in vain off the cluster, so that it cannot begin when its run has failed.
    ///
    /// - Returns: `nil` where that does not succeed now, or it has begun after all.
    private func giveUp(_ one: Case, _ uid: String, _ failure: EngineFailure, _ words: String) async -> Observation? {
        do {
            try await remove(one, uid: uid, grace: Self.grace)
            let end = Observation.failed(failure, words, at: now())
            note(.over(end), of: one, uid: uid)
            forgetStuck(uid)
            return end
        } catch {
            return nil
        }
    }
}

extension Observation {
    /// Whether it tells nobody anything new. Why a cluster cannot be asked may be said in other words every time.
    fileprivate func isSaid(after seen: Observation) -> Bool {
        if case .unreachable = self, case .unreachable = seen { return true }
        return isSame(as: seen)
    }
}
