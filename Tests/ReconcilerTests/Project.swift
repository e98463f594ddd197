import Agents
import Engines
import Foundation
import Manifests
import Reconciler
import Records
import Store
import Support
import Synchronization
import Testing

/// A Git repository with manifests and a job, its state, and what the job leaves behind. Runs that are left over end
/// with it.
final class Project: Sendable {
    static let host = "this-machine"

    let folder: TestWorkspace
    let clock = TestClock()
    private let names = Mutex(0)
    private let state: StateAddress?
    /// The clusters on which pools have their agents.
    let clusters = ModelDeployments()

    /// The repository's root.
    var root: String { "\(folder.path)/repository" }

    /// - Parameter state: where the state is, instead of in the repository's own folder.
    init(isGit: Bool = true, state: StateAddress? = nil) async throws {
        self.state = state
        folder = try TestWorkspace("project")
        try folder.folder("repository")
        if isGit { try await git("init", "--quiet", "--initial-branch=main") }
    }

    deinit {
        for group in supervisors { kill(-group, SIGKILL) }
    }

    // MARK: Files

    /// Writes the job's program: it notes that it began, and then does what it is told to.
    func writeJob(_ lines: String = "") throws {
        try folder.script("repository/jobs/count/run", "echo \"$*\" >> '\(folder.path)/ledger'\n\(lines)")
    }

    /// Lines that keep the program until `open` is called; it never outlives the project.
    var gate: String {
        "until [ -e '\(folder.path)/open' ]; do [ -e '\(folder.path)/ledger' ] || exit 1; sleep 0.01; done"
    }

    func open() throws { try folder.write("open", "") }

    /// Writes a file of the repository.
    func write(_ name: String, _ text: String) throws { try folder.write("repository/\(name)", text) }

    /// Writes the manifests: a job, its queue and pool, and runs by name with what their spec adds.
    func writeManifests(
        job: String = "", queue: String = "", pool: String = "maxRuns: 4", runs: [String: String] = ["one": "{n: 1}"]
    ) throws {
        var documents = [
            "kind: Job\nmetadata: {name: count}\nspec:\n  source: {path: ../jobs/count}\n  command: [./run]\n"
                + "  args: ['${parameters.n}']\n  parameters: {n: {type: integer, default: 0}}\n\(job)",
            "kind: Queue\nmetadata: {name: local}\nspec:\n  resource: local-process\n\(queue)",
            "kind: AgentPool\nmetadata: {name: here}\nspec: {queues: [local], \(pool)}\n",
        ]
        for (name, parameters) in runs.sorted(by: { $0.key < $1.key }) {
            let (reference, values) = parameters.hasPrefix("@") ? parameters.splitAtSpace : ("", parameters)
            documents.append(
                "kind: Run\nmetadata: {name: \(name)}\n"
                    + "spec: {job: count\(reference), queue: local, parameters: \(values)}\n")
        }
        try write("manifests/all.yaml", documents.map { "apiVersion: slipway/v1\n\($0)" }.joined(separator: "---\n"))
    }

    // MARK: Git

    func git(_ arguments: String...) async throws { _ = try await git(arguments) }

    /// What Git prints.
    func gitOutput(_ arguments: String...) async throws -> String { try await git(arguments) }

    private func git(_ arguments: [String]) async throws -> String {
        let process = Process()
        let output = "\(folder.path)/git-output-\(UUID().uuidString)"
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        defer { try? FileManager.default.removeItem(atPath: output) }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        process.executableURL = URL(fileURLWithPath: "/usr/bin/git")
        process.arguments = ["-C", root] + arguments
        process.environment = [
            "PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com", "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.com",
        ]
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        try #require(status == 0, "git \(arguments)")
        return String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
    }

    func commit() async throws {
        try await git("add", "--all")
        try await git("commit", "--quiet", "--message", "A change")
    }

    // MARK: Reconciling

    /// A reconciler as a new process would make it.
    ///
    /// - Parameter store: the state that it opens, where that is not the usual one.
    func reconciler(
        actor: String = "ada", process: Int32 = getpid(), host: String = Project.host,
        witnesses: [any EventAnchors] = [], store: StateStore? = nil
    ) -> Reconciler {
        let setting = Setting(
            environment: ["PATH": "/usr/bin:/bin", "USER": actor], host: host, process: process,
            command: "reconcile", time: clock,
            unique: { [self] in
                names.withLock { count in
                    count += 1
                    return "\(count)"
                }
            })
        let own = Reconciler(
            setting: setting, repository: Repository(around: root), paths: StatePaths(root: root, state: state),
            manifests: ["\(root)/manifests"])
        var reconciler = Reconciler(
            setting: setting, repository: own.repository, paths: own.paths, manifests: own.manifests,
            policy: own.policy, surroundings: ClusteredSurroundings(own.surroundings, clusters, state: store))
        reconciler.witnesses = witnesses
        return reconciler
    }

    @discardableResult
    func apply(wait: WaitMode = .completed, timeout: Duration? = nil) async throws -> ApplyResult {
        let result = try await reconciler().apply(wait: wait, timeout: timeout) { _ in }
        // Whatever a test is about, the record holds together after it.
        let checked = try await reconciler().checkState()
        #expect(checked.isClean, "\(checked.findings.map(\.description))")
        return result
    }

    // MARK: What came of it

    /// What the program noted, a line for each start.
    var ledger: [String] { (folder.text("ledger") ?? "").split(separator: "\n").map(String.init) }

    func run(_ name: String) async throws -> RunRecord {
        let reconciler = reconciler()
        return try await reconciler.execution(of: ObjectName(name: name), in: try reconciler.openState())
    }

    /// Where its newest attempt is, which is in this very checkout.
    func folder(_ name: String) async throws -> String {
        guard case .folder(let folder) = try await reconciler().traces(of: try await run(name)) else { return "" }
        return folder
    }

    func attempts(_ name: String) async throws -> [AttemptRecord] {
        let id = try await run(name).id
        return try await reconciler().openState().read { try $0.attempts(of: id) }
    }

    func events() async throws -> [EventRecord] { try await reconciler().events(of: nil, newest: nil) }

    func write(_ body: @escaping @Sendable (StateTransaction) throws -> Void) async throws {
        let store = try reconciler().openState(.readWrite)
        try await store.write(as: Provenance(revision: .none, actor: "test"), at: clock.now(), body)
    }

    func claim(_ agent: AgentRecord, _ queue: QueueRules, lease: Duration) async throws -> [Claim] {
        let store = try reconciler().openState(.readWrite)
        return try await store.write(as: Provenance(revision: .none, actor: "test"), at: clock.now()) {
            try $0.claim(for: agent, from: [queue], atMost: 1, leaseDuration: lease)
        }
    }

    /// The processes between the engine and each command, as the attempts' folders name them.
    var supervisors: [pid_t] {
        let files = (try? folder.contents()) ?? []
        return files.filter { $0.contains(".slipway/runs/") && $0.hasSuffix("/pid") }.compactMap { file in
            folder.text(file)?.split(separator: "\n").dropFirst().first?.split(separator: " ").first.flatMap {
                pid_t($0)
            }
        }
    }

    /// Whether anything that an attempt started is left.
    var isAnythingLeft: Bool {
        supervisors.contains { group in
            guard kill(-group, 0) == 0 else { return false }
            // What has ended and waits for its parent still counts for `kill`.
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return names.contains { name in
                guard let text = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
                    let end = text.lastIndex(of: ")")
                else { return false }
                let fields = text[end...].split(separator: " ")
                return fields.count > 3 && fields[3] == "\(group)" && fields[1] != "Z" && fields[1] != "X"
            }
        }
    }
}

extension String {
    fileprivate var splitAtSpace: (String, String) {
        let parts = split(separator: " ", maxSplits: 1).map(String.init)
        return (parts.first ?? "", parts.last ?? "")
    }
}
