import Manifests
import Records
import YAML

extension KubernetesEngine {
    public func submit(_ submission: Submission) async throws {
        let reference = reference(to: submission)
        switch await observe(reference) {
        case .absent: break
        case .unreachable(let why): throw Diagnostic.engineUnreachable("Kubernetes", why)
        case .waiting, .running, .ended, .failed, .gone, .elsewhere: return
        }
        let one = try await caseToSubmit(reference)
        let object = try object(for: submission, one)
        let isSealed = try await AttemptFence(submission.folder).pass(submission.token) {
            if case .sealed(let token)? = KubernetesNote(of: submission.folder)?.word {
                return KubernetesSeal.binds(token, submission.token)
            }
            return false
        }
        guard !isSealed else { return }
        try await create(object, one)
    }

    func reference(to submission: Submission) -> SubmissionReference {
        SubmissionReference(
            name: submission.name, folder: submission.folder, host: host, location: submission.location,
            token: submission.token, target: submission.target)
    }

    private func caseToSubmit(_ reference: SubmissionReference) async throws(Diagnostic) -> Case {
        let open: Case
        do { open = try await openCase(reference) } catch {
            let kind = KubernetesKind(reference.target?.document)
            throw error.isOfUnknownKind
                ? .kubernetesKindUnknown("\(kind.apiVersion) \(kind.kind)")
                : .engineUnreachable("Kubernetes", error.description)
        }
        guard open.kind.isJob || open.rule != nil else { throw .kubernetesStatusUnknown(open.kind.kind) }
        return open
    }

    /// The whole object of an attempt.
    ///
    /// - Throws: a `Diagnostic` where something is missing that the cluster would need.
    func object(for submission: Submission, _ one: Case) throws(Diagnostic) -> JSONValue {
        let settings = KubernetesSettings(submission.target?.settings)
        if settings.runsVolume == nil {
            if submission.environment["SLIPWAY_INPUTS"] != nil { throw .kubernetesNeedsVolume("inputs") }
            if !submission.outputs.isEmpty { throw .kubernetesNeedsVolume("outputs") }
        }
        let most = KubernetesObject.longestParameters
        let path = "\(submission.folder)/parameters.json"
        let parameters = BoundedFile.read(path, most: 16 << 20)
        if let parameters, parameters.count > most {
            throw .kubernetesParametersTooLong(parameters.count, most: most)
        }
        return try KubernetesObject(
            submission: submission, identity: one.identity, settings: settings, kind: one.kind,
            parameters: parameters.map { String(decoding: $0, as: UTF8.self) }
        ).complete()
    }

    /// How often somebody else may come between.
    private static let tries = 8

    /// Has the cluster take an object, or meets what is there under its name.
    private func create(_ object: JSONValue, _ one: Case) async throws(Diagnostic) {
        let token = one.reference.token
        for attempt in 0..<Self.tries {
            do {
                let made = try await one.cluster.api.call("POST", one.path, [("fieldManager", "slipway")], object)
                let note = KubernetesNote(
                    .submitted, uid: made.at(["metadata", "uid"])?.string, server: one.cluster.address)
                // It has been taken, whatever becomes of the note.
                try? note.write(to: one.reference.folder)
                return
            } catch {
                guard error.isThere else { throw refusal(error, one) }
            }
            guard let found = try await look(one) else { continue }
            guard one.identity.isOf(found) else {
                throw .kubernetesNameTaken(one.kind.kind, one.identity.object)
            }
            guard let seal = KubernetesSeal(found) else {
                note(.submitted, of: one, uid: found.at(["metadata", "uid"])?.string)
                return
            }
            if let later = seal.token, let token, later > token {
                throw .superseded(one.reference.folder, by: later, token)
            }
            guard !seal.binds(token) else { return }
            try await take(away: seal, one)
            if attempt > 0 { await pause(milliseconds: 50 * attempt) }
        }
        throw .engineUnreachable("Kubernetes", "others come between whatever is done to \(one.identity.object)")
    }

    /// Removes a seal that does not bind, where it is still the same.
    private func take(away seal: KubernetesSeal, _ one: Case) async throws(Diagnostic) {
        let options: JSONValue = [
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background",
            "preconditions": ["uid": .string(seal.uid), "resourceVersion": .string(seal.version)],
        ]
        do {
            _ = try await one.cluster.api.call("DELETE", one.objectPath, [], options)
        } catch {
            guard error.isNotFound || error.isConflict else { throw refusal(error, one) }
        }
    }

    func look(_ one: Case) async throws(Diagnostic) -> JSONValue? {
        do {
            return try await one.cluster.look(at: one.identity, one.path)
        } catch {
            throw Self.silence(error, one.cluster)
        }
    }

    func refusal(_ failure: KubernetesFailure, _ one: Case) -> Diagnostic {
        failure.isRefusal
            ? .kubernetesRefused(one.kind.kind, failure.description) : Self.silence(failure, one.cluster)
    }

    // MARK: Seals

    public func seal(_ reference: SubmissionReference) async throws -> Observation {
        let known = await observe(reference)
        guard known == .absent else { return known }
        let one: Case
        do { one = try await openCase(reference) } catch {
            // Of a kind that the cluster does not know nothing can arrive.
            guard error.isOfUnknownKind else { return Self.silence(error, nil) }
            try KubernetesNote(.sealed(reference.token), uid: nil, server: "").write(to: reference.folder)
            return .absent
        }
        let server = one.cluster.address
        // First for whoever submits from this folder, then for what may be on its way.
        try await AttemptFence(reference.folder).pass(reference.token) {
            try KubernetesNote(.sealed(reference.token), uid: nil, server: server).write(to: reference.folder)
        }
        let object = KubernetesObject.seal(one.identity, kind: one.kind, token: reference.token)
        for attempt in 0..<Self.tries {
            do {
                _ = try await one.cluster.api.call("POST", one.path, [("fieldManager", "slipway")], object)
                return .absent
            } catch {
                if error.isRefusal, !error.isThere {
                    // Whoever may not create it could not have submitted it either. A custom resource whose
                    // controller takes no empty object is sealed here only.
                    if error.status == 403 || !one.kind.isJob { return .absent }
                    throw refusal(error, one)
                }
                guard error.isThere else { throw Self.silence(error, one.cluster) }
            }
            guard let found = try await look(one) else { continue }
            // What is on its way meets that too.
            guard one.identity.isOf(found) else { return .absent }
            guard let seal = KubernetesSeal(found) else {
                note(.submitted, of: one, uid: found.at(["metadata", "uid"])?.string)
                return await observe(reference)
            }
            if let later = seal.token, let token = reference.token, later > token {
                throw Diagnostic.superseded(reference.folder, by: later, token)
            }
            if seal.binds(reference.token) { return .absent }
            if try await renew(seal, one) { return .absent }
            if attempt > 0 { await pause(milliseconds: 50 * attempt) }
        }
        throw Diagnostic.engineUnreachable(
            "Kubernetes", "others come between whatever is done to \(one.identity.object)")
    }

    /// Makes an earlier claim's seal this one's, where it is still the same.
    private func renew(_ seal: KubernetesSeal, _ one: Case) async throws(Diagnostic) -> Bool {
        let token = one.reference.token.map(String.init) ?? ""
        let patch: JSONValue = [
            "metadata": [
                "uid": .string(seal.uid), "resourceVersion": .string(seal.version),
                "annotations": [KubernetesIdentity.Key.sealed: .string(token)],
            ]
        ]
        do {
            _ = try await one.cluster.api.call(
                "PATCH", one.objectPath, [("fieldManager", "slipway")], patch, as: .merge)
            return true
        } catch {
            guard error.isNotFound || error.isConflict else { throw refusal(error, one) }
            return false
        }
    }
}
