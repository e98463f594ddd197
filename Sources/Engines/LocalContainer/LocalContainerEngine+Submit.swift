import Foundation
import Images
import Manifests
import YAML

extension LocalContainerEngine {
    public func submit(_ submission: Submission) async throws {
        let folder = ContainerFolder(submission.folder)
        var reference = SubmissionReference(
            name: submission.name, folder: submission.folder, host: host, token: submission.token,
            target: submission.target)
        reference.location = submission.location
        switch await observe(reference) {
        case .absent: break
        case .unreachable(let why):
            throw Diagnostic.engineUnreachable(folder.note?.tool ?? "the container tool", why)
        case .elsewhere(let why): throw Diagnostic.containerRefused(folder.note?.buildTool ?? .docker, why)
        case .waiting, .running, .ended, .failed, .gone: return
        }
        guard let image = submission.image else { throw Diagnostic.containerImageUnknown(submission.name) }
        let client: ContainerClient
        if let tool = folder.note?.buildTool {
            client = try self.client(tool)
        } else {
            client = try await chosen(submission.target)
        }
        do {
            // Before anything is asked of the tool: whoever comes later knows whom to ask.
            try await AttemptFence(submission.folder).pass(submission.token) {
                if folder.note == nil { try folder.write(ContainerNote(tool: client.tool)) }
            }
            let facts = try await facts(client)
            let arguments = try ContainerArguments(
                submission, tool: client.tool, facts: facts, user: (getuid(), getgid()), hasLabels: Self.hasLabels)
            let environment = try ContainerEnvironment(try variables(of: submission, arguments))
            let id = try await images.id(of: image, client)
            try await launch(submission, arguments, environment, image: id, client, facts)
        } catch let silence as ContainerSilence {
            throw silence.diagnostic(client)
        }
    }

    /// SELinux, where it is enforced.
    private static var hasLabels: Bool {
        FileManager.default.contents(atPath: "/sys/fs/selinux/enforce") == Data("1".utf8)
    }

    /// With a home that can be written to, where neither the job nor the image says one.
    private func variables(
        of submission: Submission, _ arguments: ContainerArguments
    ) throws -> [String: String] {
        var variables = submission.environment
        guard arguments.needsHome, variables["HOME"] == nil, let image = submission.image else { return variables }
        let layout = ImageLayout(path: image.layout)
        // Of an image that is only in a registry nothing is known here.
        if layout.contains(image.digest), try layout.config(image.digest).variable("HOME") == nil {
            variables["HOME"] = "/tmp"
        }
        return variables
    }

    /// Makes the container and starts it; again without a first process of its own where the tool has none to give.
    private func launch(
        _ submission: Submission, _ arguments: ContainerArguments, _ environment: ContainerEnvironment, image: String,
        _ client: ContainerClient, _ facts: ContainerFacts
    ) async throws {
        let identity = ContainerIdentity(submission)
        let hasInit = hasInit(client.tool)
        let made = try await environment.withFile { file in
            await client.create(
                arguments.arguments(
                    image: image, environmentFile: file, names: Array(environment.byName.keys), hasInit: hasInit),
                environment: environment.byName)
        }
        if case .refused(let why) = made, hasInit, Self.lacksInit(why) {
            noteWithoutInit(client.tool)
            return try await launch(submission, arguments, environment, image: image, client, facts)
        }
        // Whatever it said: what has the name now is what counts.
        guard let state = try await client.inspect([identity.name])[identity.name] else {
            switch made {
            case .done: throw ContainerSilence(why: "it made a container, and does not know it")
            case .refused(let why): throw Diagnostic.containerRefused(client.tool, why)
            case .unclear(let why): throw ContainerSilence(why: why)
            }
        }
        guard identity.isOf(state) else { throw Diagnostic.containerForeign(identity.name, client.tool) }
        switch try await start(submission, state, client, facts) {
        case .refused(let why) where hasInit && Self.lacksInit(why):
            noteWithoutInit(client.tool)
            try await launch(submission, arguments, environment, image: image, client, facts)
        case .refused(let why): throw Self.refusal(of: submission, client.tool, why)
        case .unclear(let why): throw ContainerSilence(why: why)
        case .done: break
        }
    }

    /// Starts a container that was made, unless a later claim or a seal forbids it.
    private func start(
        _ submission: Submission, _ state: ContainerState, _ client: ContainerClient, _ facts: ContainerFacts
    ) async throws -> ContainerClient.Outcome {
        let folder = ContainerFolder(submission.folder)
        return try await AttemptFence(submission.folder).pass(submission.token) {
            try folder.attempt.liftSeal(for: submission.token)
            guard !folder.attempt.isClaimed else {
                // Of what was sealed meanwhile nothing is left behind.
                if folder.attempt.isSealed(for: submission.token), state.phase == .created {
                    _ = await client.remove(state.id)
                }
                return .done
            }
            var note = folder.note ?? ContainerNote(tool: client.tool)
            (note.id, note.engine) = (state.id, facts.id)
            try folder.write(note)
            if state.phase == .created {
                if submission.target?.document["user"] != nil { Self.openToAll(submission.folder) }
                let started = await client.start(state.id)
                switch started {
                case .done: break
                case .unclear: return started
                case .refused:
                    // What was never started is taken away, so that the name is free.
                    if case .done = await client.remove(state.id) { note.id = nil }
                    try folder.write(note)
                    return started
                }
            }
            try folder.attempt.claim(with: "container \(client.tool.rawValue) \(state.id)\n")
            return .done
        }
    }

    /// Another user than the agent's is to write there.
    private static func openToAll(_ folder: String) {
        chmod("\(folder)/outputs", 0o777)
        chmod("\(folder)/metrics.jsonl", 0o666)
    }

    private static func lacksInit(_ why: String) -> Bool {
        ["docker-init", "container-init", "catatonit"].contains(where: why.contains)
    }

    private static func refusal(of submission: Submission, _ tool: BuildTool, _ why: String) -> Diagnostic {
        let text = why.lowercased()
        let words = [
            "executable file not found", "command that was not found", "no such file or directory", "exec format",
        ]
        guard words.contains(where: text.contains) || (text.contains("exec:") && text.contains("permission denied"))
        else { return .containerRefused(tool, why) }
        return .containerCommandMissing(submission.arguments.first ?? "", why)
    }

    // MARK: Sealing

    public func seal(_ reference: SubmissionReference) async throws -> Observation {
        let known = await observe(reference)
        guard known == .absent else { return known }
        let folder = ContainerFolder(reference.folder)
        let identity = ContainerIdentity(reference)
        let isSealed = try await AttemptFence(reference.folder).pass(reference.token) {
            if var note = folder.note, note.end == nil, let tool = note.buildTool {
                let client = try client(tool)
                do {
                    let state = try await client.inspect([identity.name])[identity.name]
                    if let state, identity.isOf(state) {
                        guard state.phase == .created else { return false }
                        // Removing it without force fails where it is being started just now.
                        guard case .done = await client.remove(state.id) else { return false }
                    }
                } catch let silence as ContainerSilence {
                    throw silence.diagnostic(client)
                }
                note.id = nil
                try folder.write(note)
            }
            return try folder.attempt.seal(by: reference.token)
        }
        return isSealed ? .absent : await observe(reference)
    }
}
