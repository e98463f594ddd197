import Foundation
import Images
import Manifests
import YAML

/// A container tool cannot be asked now, or says what nobody understands: nothing is known, and nothing follows.
struct ContainerSilence: Error {
    var why: String
}

/// `docker` or `podman`, each command with a limit of time and of output, and no shell between.
struct ContainerClient: Sendable {
    let tool: BuildTool
    let program: String
    private let environment: [String: String]
    private let limits: Limits

    struct Limits: Sendable {
        var question = Duration.seconds(20)
        /// Copying an image's files into a container takes some storage a while.
        var creation = Duration.seconds(120)
        /// Less than others wait behind the `AttemptFence`.
        var start = Duration.seconds(25)
        var removal = Duration.seconds(60)
        var loading = Duration.seconds(3600)
        var logs = Duration.seconds(600)
        /// Bytes of an answer.
        var output = 64 << 20
    }

    /// - Parameter environment: this process's, of which the tool gets what says where its own things are.
    /// - Returns: `nil` where the tool is not on `PATH`.
    init?(_ tool: BuildTool, environment: [String: String], limits: Limits = Limits()) {
        guard let program = tool.program(environment: environment) else { return nil }
        (self.tool, self.program, self.limits) = (tool, program, limits)
        // In a locale whose words can be read here, and in which a path may hold anything.
        self.environment = ToolEnvironment.select(environment, for: tool)
    }

    /// In a few words, for messages.
    var name: String { tool == .docker ? "the Docker daemon" : "podman" }

    // MARK: Questions

    /// What the tool says of containers, by their names; what it does not know is not there.
    func inspect(_ names: [String]) async throws(ContainerSilence) -> [String: ContainerState] {
        var found: [String: ContainerState] = [:]
        var rest = names[...]
        while !rest.isEmpty {
            // The arguments of a program have room for some hundred KiB.
            let part = rest.prefix(500)
            rest = rest.dropFirst(part.count)
            let arguments = ["container", "inspect", "--format", ContainerState.format, "--"] + part
            let answer = try await ask(arguments, within: limits.question)
            if answer.status != 0 { try demandOnlyMissing(answer) }
            for line in Self.lines(answer.output) where line != "[]" {
                guard let (name, state) = ContainerState.read(line) else {
                    throw ContainerSilence(
                        why: "`\(tool.rawValue) container inspect` does not print a container: \(Self.shown(line))")
                }
                found[name] = state
            }
        }
        return found
    }

    /// Of what it does not know the tool complains, line by line; any other complaint is another matter.
    private func demandOnlyMissing(_ answer: ToolProcess.Answer) throws(ContainerSilence) {
        let lines = answer.complaint.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        let isMissing = lines.allSatisfy { line in
            let text = line.lowercased()
            return text.contains("no such container") || text.contains("no container with name or id")
        }
        guard !lines.isEmpty, isMissing else { throw ContainerSilence(why: Self.complaint(answer, of: tool)) }
    }

    /// The names of the containers with a label that are running, with one call.
    func running(labelled label: String, _ value: String) async throws(ContainerSilence) -> Set<String> {
        let answer = try await ask(
            [
                "ps", "--all", "--no-trunc", "--filter", "label=\(label)=\(value)", "--format",
                "{{.Names}}\t{{.Status}}",
            ], within: limits.question)
        guard answer.status == 0 else { throw ContainerSilence(why: Self.complaint(answer, of: tool)) }
        var names: Set<String> = []
        for line in Self.lines(answer.output) {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw ContainerSilence(why: "`\(tool.rawValue) ps` does not print a list: \(Self.shown(line))")
            }
            if parts[1].hasPrefix("Up") { names.formUnion(parts[0].split(separator: ",").map(String.init)) }
        }
        return names
    }

    /// What the tool says of itself and its machine.
    func facts() async throws(ContainerSilence) -> ContainerFacts {
        let answer = try await ask(["info", "--format", "{{json .}}"], within: limits.question, most: 4 << 20)
        guard answer.status == 0 else { throw ContainerSilence(why: Self.complaint(answer, of: tool)) }
        guard let value = try? JSONValue(parsing: answer.output), let facts = ContainerFacts(value, of: tool) else {
            throw ContainerSilence(why: "`\(tool.rawValue) info` does not say what it is")
        }
        return facts
    }

    /// The id by which the tool runs an image, and its layers; `nil` where it does not have it.
    func image(_ name: String) async throws(ContainerSilence) -> (id: String, layers: [String])? {
        let format = "{{json .ID}}\t{{json .RootFS.Layers}}"
        let answer = try await ask(["image", "inspect", "--format", format, "--", name], within: limits.question)
        if answer.status != 0 {
            let text = answer.complaint.lowercased()
            let words = ["no such image", "image not known", "no such object", "not found"]
            if words.contains(where: text.contains) { return nil }
            throw ContainerSilence(why: Self.complaint(answer, of: tool))
        }
        let line = Self.lines(answer.output).first { $0 != "[]" } ?? ""
        let parts = line.split(separator: "\t").map { try? JSONValue(parsing: Array($0.utf8)) }
        guard parts.count == 2, let id = parts[0]?.string, let layers = parts[1]?.strings else {
            throw ContainerSilence(why: "`\(tool.rawValue) image inspect` does not print an image: \(Self.shown(line))")
        }
        let digits = id.hasPrefix("sha256:") ? id.dropFirst(7) : id[...]
        guard ContainerState.isID(digits) else {
            throw ContainerSilence(why: "`\(tool.rawValue) image inspect` prints an id that is none: \(Self.shown(id))")
        }
        return ("sha256:\(digits)", layers)
    }

    // MARK: Acts

    /// What came of something that the tool was asked to do.
    enum Outcome: Sendable {
        case done
        /// What it says against it.
        case refused(String)
        /// It may have done it, or not.
        case unclear(String)
    }

    /// Makes a container, which is not started.
    ///
    /// - Parameter environment: variables that the command takes from the tool's own environment.
    func create(_ arguments: [String], environment: [String: String]) async -> Outcome {
        await act(["create"] + arguments, within: limits.creation, environment: environment)
    }

    func start(_ id: String) async -> Outcome { await act(["start", id], within: limits.start) }

    func signal(_ id: String, _ signal: String) async -> Outcome {
        await act(["kill", "--signal", signal, id], within: limits.question)
    }

    func unpause(_ id: String) async -> Outcome { await act(["unpause", id], within: limits.question) }

    /// Removes a container that does not run, with the volumes that its image had it make.
    func remove(_ id: String) async -> Outcome { await act(["rm", "--volumes", id], within: limits.removal) }

    func load(_ file: String) async -> Outcome { await act(["load", "--input", file], within: limits.loading) }

    func pull(_ reference: String) async -> Outcome { await act(["pull", reference], within: limits.loading) }

    private func act(
        _ arguments: [String], within limit: Duration, environment: [String: String] = [:]
    ) async -> Outcome {
        do {
            let answer = try await ask(arguments, within: limit, environment: environment)
            if answer.status == 0 { return .done }
            let complaint = Self.complaint(answer, of: tool)
            return Self.isSilence(answer.complaint) ? .unclear(complaint) : .refused(complaint)
        } catch {
            return .unclear(error.why)
        }
    }

    /// Whether the tool says that it could not speak with its daemon or its storage, rather than no.
    static func isSilence(_ complaint: String) -> Bool {
        let text = complaint.lowercased()
        return [
            "cannot connect to the docker daemon", "error during connect", "is the docker daemon running",
            "trying to connect to the docker", "context deadline exceeded", "database is locked",
            "read: connection reset", "unexpected eof", "daemon is shutting down",
        ].contains(where: text.contains)
    }

    // MARK: Logs

    /// Hands over what a container has written since a moment, each line with its moment.
    func logs(
        _ id: String, since: String?, output: @escaping @Sendable ([UInt8]) throws -> Void,
        error: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> ToolProcess.End {
        let from = since.map { ["--since", $0] } ?? []
        return try await process(["logs", "--timestamps"] + from + [id], within: limits.logs)
            .stream(output: output, error: error)
    }

    /// The last lines that a container wrote.
    func lastLines(_ id: String) async throws(ContainerSilence) -> String {
        let answer = try await ask(["logs", "--tail", "5", id], within: limits.question, most: 16 << 10)
        return String(decoding: answer.output, as: UTF8.self) + answer.complaint
    }

    // MARK: The tool

    private func process(
        _ arguments: [String], within limit: Duration, environment more: [String: String] = [:]
    ) -> ToolProcess {
        ToolProcess(
            executable: program, arguments: arguments, environment: environment.merging(more) { own, _ in own },
            workingFolder: "/", deadline: limit)
    }

    private func ask(
        _ arguments: [String], within limit: Duration, environment: [String: String] = [:], most: Int? = nil
    ) async throws(ContainerSilence) -> ToolProcess.Answer {
        let command = "`\(tool.rawValue) \(arguments.first ?? "")`"
        do {
            let answer = try await process(arguments, within: limit, environment: environment)
                .answer(most: most ?? limits.output)
            guard !answer.timedOut else {
                throw ContainerSilence(why: "\(command) has not answered within \(limit.components.seconds) s")
            }
            guard !answer.isCut else { throw ContainerSilence(why: "\(command) prints without end") }
            return answer
        } catch let silence as ContainerSilence {
            throw silence
        } catch let fault as Diagnostic {
            throw ContainerSilence(why: fault.message)
        } catch {
            throw ContainerSilence(why: "\(command) was interrupted")
        }
    }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init).filter { !$0.isEmpty }
    }

    private static func shown(_ line: String) -> String { String(line.prefix(120)).debugDescription }

    /// What a tool says against something, without the words around it.
    private static func complaint(_ answer: ToolProcess.Answer, of tool: BuildTool) -> String {
        let lines = answer.complaint.split(whereSeparator: \.isNewline).map(String.init).filter { line in
            !line.hasPrefix("time=") && !line.hasPrefix("Trying to pull") && !line.hasPrefix("See '")
                && !line.hasPrefix("Run '") && !line.hasPrefix("Error: failed to start containers")
        }
        guard let line = lines.first(where: { $0.lowercased().contains("error") }) ?? lines.last else {
            return "`\(tool.rawValue)` ended with status \(answer.status) and said nothing"
        }
        var text = line[...]
        for prefix in ["docker: ", "Error: ", "Error response from daemon: "] where text.hasPrefix(prefix) {
            text = text.dropFirst(prefix.count)
        }
        return String(text.prefix(1000))
    }
}
