public import Engines
import Foundation
import Images
import Manifests
public import Records
import YAML

extension Workspace {
    /// Makes the folder of an attempt whose command runs in a container: nothing of the image is in it.
    func fillContainer(
        _ staging: String, toBe folder: String, for run: RunRecord, as name: String, image: Digest,
        inputs: [FoundInput], resolvesSecrets: Bool
    ) throws -> Submission {
        do {
            try FileManager.default.createDirectory(atPath: staging + "/outputs", withIntermediateDirectories: true)
            try fillInputs(inputs, into: staging + "/inputs")
            let config = try layout.config(image)
            let (environment, named) = try containerEnvironment(of: run, resolvesSecrets: resolvesSecrets)
            try write(
                JSONValue.object(run.specification.parameters).canonicalText + "\n", to: staging + "/parameters.json")
            // A file that is mounted has to be there.
            try write("", to: staging + "/metrics.jsonl", mode: 0o666)
            let workingDirectory = config.workingDirectory.flatMap { $0.isEmpty ? nil : $0 } ?? "/"
            try write(
                RunScript.text(
                    run, attempt: run.attempt, inputs: inputs.map(\.source), workingDirectory: workingDirectory,
                    environment: environment, container: image), to: staging + "/run.sh", mode: 0o755)
            try write(RunScript.environmentText(run, environment), to: staging + "/env")
            var submission = Submission(
                name: name, folder: folder, workingDirectory: workingDirectory,
                arguments: run.specification.arguments, environment: environment, token: run.lease?.token)
            submission.secrets = named
            return submission
        } catch let diagnostic as Diagnostic {
            throw diagnostic
        } catch {
            throw Diagnostic.workspaceFailed(folder, reason: (error as NSError).localizedDescription)
        }
    }

    /// What the command's environment gets beside the image's own, and the secrets by the variables that hold them.
    private func containerEnvironment(
        of run: RunRecord, resolvesSecrets: Bool
    ) throws -> ([String: String], secrets: [String: String]) {
        var environment: [String: String] = [:]
        var named: [String: String] = [:]
        for (name, entry) in run.specification.environment {
            switch entry {
            case .value(let value): environment[name] = value
            case .secret(let secret):
                named[name] = secret
                if resolvesSecrets { environment[name] = try secrets.value(of: secret) }
            }
        }
        let own = variables(
            of: run, metrics: ContainerPaths.metrics, outputs: ContainerPaths.outputs,
            parameters: ContainerPaths.parameters, inputs: ContainerPaths.inputs)
        return (environment.merging(own) { _, own in own }, named)
    }

    /// Says to whom a submission goes, and what it is called there.
    ///
    /// - Throws: a `Diagnostic` where the queue does not permit what would be submitted.
    func complete(
        _ submission: inout Submission, for attempt: AttemptRecord, of run: RunRecord, image: Digest,
        keptIn location: ImageLocation
    ) throws {
        let specification = run.specification
        submission.location = attempt.location
        submission.timeout = specification.timeout
        submission.resources = specification.resources
        submission.outputs = specification.outputs
        submission.label(run, attempt: attempt.number, commit: attempt.engine?.commit)
        guard let engine = attempt.engine else { return }
        let reference = location.reference(to: specification.job, version: specification.jobVersion)
            .map { "\($0.pinned(to: image))" }
        submission.image = SubmittedImage(
            digest: image, config: try layout.manifest(image).config.digest, layout: layout.path,
            reference: reference)
        let target = engine.target(of: run, attempt: attempt.number, image: reference ?? image.description)
        let refusals = EngineDocument.of(engine.kind)?
            .refusals(of: target.document, from: engine.config, settings: engine.settings)
        guard let refusals else { throw Diagnostic.engineNotInThisVersion(engine.kind) }
        guard refusals.isEmpty else { throw Diagnostic.documentRefused(specification.queue, refusals) }
        submission.target = target
    }
}

extension Submission {
    /// Says what the submission is of.
    public mutating func label(_ run: RunRecord, attempt: Int, commit: String?) {
        labels.run = run.name.full
        labels.runID = run.id.text
        labels.job = run.specification.jobReference
        labels.attempt = attempt
        labels.queue = run.specification.queue.full
        labels.commit = commit
    }
}

extension EngineBinding {
    /// What an engine is told to reach an attempt's submission.
    func target(of run: RunRecord, attempt: Int, image: String?) -> EngineTarget {
        EngineTarget(
            kind: kind, settings: settings, document: document(of: run, attempt: attempt, image: image))
    }
}
