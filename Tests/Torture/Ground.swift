import Foundation
import Support

/// Where a round takes place: a repository, perhaps a clone of it, a state, and what its jobs leave beside them.
final class Ground: Sendable {
    /// The folder around everything, without symbolic links.
    let path: String
    /// The checkouts; manifests are written in the first.
    let checkouts: [String]
    let diary: Diary
    /// A text in the environment of everything that the round starts, and of nothing else.
    let marker: String
    let server: PostgresServer?
    private let environment: [String: String]

    var ledger: String { "\(path)/ledger" }
    var repository: String { checkouts[0] }

    static let markerName = "TORTURE_ROUND"

    init(_ backend: StateBackend) async throws {
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
        marker = UUID().uuidString
        path = "\(folder)/slipway-torture-\(backend.rawValue)-\(marker.prefix(8))"
        try FileManager.default.createDirectory(atPath: "\(path)/logs", withIntermediateDirectories: true)
        diary = try Diary(path: "\(path)/diary")
        var environment = BuiltProgram.environment
        environment[Self.markerName] = marker
        switch backend {
        case .sqlite:
            checkouts = ["\(path)/first"]
            server = nil
        case .postgres:
            // Two checkouts of one machine have nothing in common but the server.
            checkouts = ["\(path)/first", "\(path)/second"]
            let server = try PostgresServer(isDurable: true)
            environment["SLIPWAY_STATE"] = server.url(try server.makeDatabase())
            self.server = server
        case .git: throw StateBackend.Unfit(reason: "agents of their own do not work on a branch")
        }
        self.environment = environment
        try FileManager.default.createDirectory(atPath: repository, withIntermediateDirectories: false)
        try await git("init", "--quiet", "--initial-branch=main")
    }

    /// Keeps the record beside the ledger, as far as it can be read: a server that held it is gone with the round.
    func keepRecord() async {
        guard let export = try? await reconcile("state", "export") else { return }
        try? Data(export.output.utf8).write(to: URL(fileURLWithPath: "\(path)/record"))
    }

    func remove() throws { try FileManager.default.removeItem(atPath: path) }

    /// Makes the other checkouts, from what is committed.
    func clone() async throws {
        for checkout in checkouts.dropFirst() { try await git("clone", "--quiet", repository, checkout) }
    }

    /// Brings another checkout up to date, as its owner would now and then.
    func pull(_ checkout: String) async throws { try await git("-C", checkout, "pull", "--quiet", "--ff-only") }

    /// Commits all that is there.
    func commit(_ message: String) async throws {
        try await git("add", "--all")
        try await git("commit", "--quiet", "--allow-empty", "--message", message)
    }

    func write(_ file: String, _ text: String) throws {
        let url = URL(fileURLWithPath: "\(repository)/\(file)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        // Whole or not at all: somebody may be reading it.
        try Data(text.utf8).write(to: url, options: .atomic)
    }

    func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: "\(repository)/\(file)") }

    // MARK: - Programs

    /// What a program said and how it ended.
    struct Answer: CustomStringConvertible {
        let status: Int32
        let output: String
        let errors: String

        var description: String { "status \(status)\n\(output)\(errors)" }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts `reconcile` in a checkout and lets it go on; what it says is added to a log.
    func start(_ arguments: [String], in checkout: String, log: String) async throws -> Program {
        try await Program.start(
            [BuiltProgram.path] + arguments, environment: environment, in: checkout, output: "\(path)/logs/\(log)")
    }

    /// Runs `reconcile` in the first checkout to its end.
    func reconcile(_ arguments: String...) async throws -> Answer {
        try await answer([BuiltProgram.path] + arguments, environment)
    }

    private func git(_ arguments: String...) async throws {
        let answer = try await answer(["git"] + arguments, environment)
        guard answer.status == 0 else { throw Failure(description: "git \(arguments): \(answer)") }
    }

    private func answer(_ words: [String], _ environment: [String: String]) async throws -> Answer {
        let file = "\(path)/logs/answer-\(UUID().uuidString)"
        let program = try await Program.start(
            words, environment: environment, in: repository, output: file, errors: "\(file)-errors")
        let status = await program.end()
        func take(_ path: String) -> String {
            defer { unlink(path) }
            return String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        }
        return Answer(status: status, output: take(file), errors: take("\(file)-errors"))
    }
}
