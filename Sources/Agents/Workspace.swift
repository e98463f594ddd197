public import Engines
import Foundation
public import Images
public import Manifests
public import Records
import YAML

/// The folders of attempts: `.slipway/runs/<run>/<attempt>/`, with all that a person needs to repeat one by hand.
public struct Workspace: RunWorkspace {
    /// Absolute path of `.slipway/runs`.
    public let root: String
    let layout: ImageLayout
    let artifacts: ArtifactStores
    let secrets: any SecretSource
    /// What every command gets from the agent's own environment.
    private let inherited: [String: String]
    private let interpreters: Interpreters

    /// The variables that a command inherits; everything else of the agent's environment stays with the agent.
    public static let inheritedVariables = [
        "CUDA_VISIBLE_DEVICES", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "NVIDIA_VISIBLE_DEVICES", "PATH", "TMPDIR",
        "TZ", "USER",
    ]

    public init(
        root: String, layout: ImageLayout, artifacts: ArtifactStores, secrets: any SecretSource,
        environment: [String: String]
    ) {
        self.root = root
        self.layout = layout
        self.artifacts = artifacts
        self.secrets = secrets
        inherited = environment.filter { Self.inheritedVariables.contains($0.key) }
        interpreters = Interpreters(environment: environment)
    }

    /// The folder of an attempt.
    func folder(of attempt: AttemptRecord, of run: RunRecord) -> String {
        attempt.folder ?? "\(root)/\(run.folder)/\(attempt.number)"
    }

    public func reference(to attempt: AttemptRecord, of run: RunRecord) -> SubmissionReference {
        SubmissionReference(
            name: attempt.engineName, folder: folder(of: attempt, of: run), host: attempt.host,
            location: attempt.location, token: run.lease?.token,
            target: attempt.engine.map { $0.target(of: run, attempt: attempt.number, image: nil) })
    }

    /// Makes the attempt's folder from the image and returns what the engine is to execute.
    ///
    /// It is put together beside its place: another agent, which has lost the attempt or got it, may be at the same.
    public func prepare(
        _ attempt: AttemptRecord, of run: RunRecord, image: Digest, keptIn location: ImageLocation,
        inputs: [InputSource],
        as form: AttemptForm
    ) async throws -> Submission {
        let folder = folder(of: attempt, of: run)
        let interpreter = form == .unpacked ? try await interpreter(for: image) : nil
        let (fence, token) = (AttemptFence(folder), run.lease?.token)
        let staging = fence.staging(for: token)
        do {
            try await BlockingWork.run { try HandedFiles.remove(staging) }
            let fetched = try await fetchInputs(inputs, into: "\(staging)/fetched")
            let submission = try await BlockingWork.run {
                var submission: Submission
                switch form {
                case .unpacked:
                    submission = try fill(
                        staging, toBe: folder, for: run, as: attempt.engineName, image: image, inputs: fetched,
                        interpreter: interpreter)
                case .root:
                    submission = try fillRoot(
                        staging, toBe: folder, for: run, as: attempt.engineName, image: image, inputs: fetched)
                case .container(let resolvesSecrets):
                    submission = try fillContainer(
                        staging, toBe: folder, for: run, as: attempt.engineName, image: image, inputs: fetched,
                        resolvesSecrets: resolvesSecrets)
                }
                try complete(&submission, for: attempt, of: run, image: image, keptIn: location)
                try HandedFiles.remove("\(staging)/fetched")
                return submission
            }
            try await fence.place(staging, token: token)
            return submission
        } catch {
            // The first error is the one to tell; what could not be removed costs room until the next claim.
            try? await BlockingWork.run { try HandedFiles.remove(staging) }
            throw error
        }
    }

    /// The interpreter of the machine on which an image's code runs here; `nil` for an image without Python.
    private func interpreter(for image: Digest) async throws -> String? {
        if let platform = try layout.platform(image), platform != .host {
            throw Diagnostic.imageOfAnotherPlatform(platform, here: .host)
        }
        // A base image says `3.11.9`; the machine's own interpreter is as good where it is a 3.11.
        let version = try layout.config(image).variable(ImagePaths.pythonVersionVariable)
            .map { ImagePaths.minorVersion($0) ?? $0 }
        guard let version else { return nil }
        return try await interpreters.path(version: version)
    }

    private func fill(
        _ staging: String, toBe folder: String, for run: RunRecord, as name: String, image: Digest,
        inputs: [FoundInput],
        interpreter: String?
    ) throws -> Submission {
        do {
            try FileManager.default.createDirectory(atPath: staging + "/outputs", withIntermediateDirectories: true)
            try fillInputs(inputs, into: staging + "/inputs")
            let unpacked = try layout.unpack(image, into: staging + "/work")
            let image = unpacked.moved(to: renamed(unpacked.root, from: staging, to: folder))
            let workingDirectory = image.workingDirectory
            if let interpreter { try linkInterpreter(interpreter, into: staging + "/bin") }
            let commands = interpreter.map { _ in folder + "/bin" }
            let environment = try environment(of: run, folder: folder, image, commands: commands)
            try write(
                JSONValue.object(run.specification.parameters).canonicalText + "\n", to: staging + "/parameters.json")
            try write(
                RunScript.text(
                    run, attempt: run.attempt, inputs: inputs.map(\.source), workingDirectory: workingDirectory,
                    environment: environment), to: staging + "/run.sh", mode: 0o755)
            try write(RunScript.environmentText(run, environment), to: staging + "/env")
            return Submission(
                name: name, folder: folder, workingDirectory: workingDirectory,
                arguments: run.specification.arguments, environment: environment, token: run.lease?.token)
        } catch let diagnostic as Diagnostic {
            throw diagnostic
        } catch {
            throw Diagnostic.workspaceFailed(folder, reason: (error as NSError).localizedDescription)
        }
    }

    /// A path without links, below a folder that is going to be another's.
    private func renamed(_ path: String, from staging: String, to folder: String) -> String {
        let (old, new) = (staging.split(separator: "/").last ?? "", folder.split(separator: "/").last ?? "")
        let parts = path.split(separator: "/").map { $0 == old ? new : $0 }
        return "/" + parts.joined(separator: "/")
    }

    private func environment(
        of run: RunRecord, folder: String, _ image: UnpackedImage, commands: String?
    ) throws -> [String: String] {
        var environment = inherited.merging(image.environment) { _, image in image }
        environment["PATH"] = searchPath(image, commands)
        for (name, entry) in run.specification.environment {
            switch entry {
            case .value(let value): environment[name] = value
            case .secret(let secret): environment[name] = try secrets.value(of: secret)
            }
        }
        return environment.merging(
            variables(
                of: run, metrics: folder + "/metrics.jsonl", outputs: folder + "/outputs",
                parameters: folder + "/parameters.json", inputs: folder + "/inputs")
        ) { _, own in own }
    }

    /// What every command is told of its run, and of where it finds and leaves things.
    func variables(
        of run: RunRecord, metrics: String, outputs: String, parameters: String, inputs: String
    ) -> [String: String] {
        var variables = [
            "SLIPWAY_ATTEMPT": String(run.attempt),
            "SLIPWAY_JOB": run.specification.jobReference,
            "SLIPWAY_METRICS": metrics,
            "SLIPWAY_OUTPUTS": outputs,
            "SLIPWAY_PARAMETERS": parameters,
            "SLIPWAY_RUN": run.name.description,
        ]
        if !run.specification.inputs.isEmpty { variables["SLIPWAY_INPUTS"] = inputs }
        return variables
    }

    /// What the image brings comes first; for the rest, the machine's own programs are those the agent would find.
    private func searchPath(_ image: UnpackedImage, _ commands: String?) -> String {
        let own = (image.environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix(image.root) }
        let machine = [inherited["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"]
        return ((commands.map { [$0] } ?? []) + own.map(String.init) + machine).joined(separator: ":")
    }

    /// Makes `python` and `python3` mean the version that the job was built for, whatever else the machine calls so.
    private func linkInterpreter(_ path: String, into folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["python", "python3"] {
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: path)
        }
    }

    func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw Diagnostic.workspaceFailed(path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                throw Diagnostic.workspaceFailed(path, reason: String(cString: strerror(errno)))
            }
            bytes = bytes.dropFirst(count)
        }
    }
}
