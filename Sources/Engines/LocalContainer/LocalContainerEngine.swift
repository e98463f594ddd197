import Foundation
import Images
public import Manifests
public import Records
import Synchronization
import YAML

/// Runs attempts as containers of this machine, with `docker` or `podman`, whichever is there.
///
/// The container has a name that is derived from the attempt and the checkout, so that there is never more than one,
/// and labels by which it is known to be Slipway's. Whether it runs the tool says; what the tool cannot say any more,
/// or never could, is in the attempt's folder: `container.json` says that one is going to be made, which it is and how
/// it ended, and `pid` that it was started, or never will be.
public final class LocalContainerEngine: Engine {
    public let kind = EngineKind.localContainer
    let host: String
    let now: @Sendable () -> Timestamp
    let environment: [String: String]
    let images = ContainerImages()
    private let interval: Duration
    /// What the tools said of themselves.
    private let facts = Mutex<[BuildTool: ContainerFacts]>([:])
    /// Tools that have nothing to be a container's first process.
    private let withoutInit = Mutex<Set<BuildTool>>([])
    /// Set once, for it asks this very engine.
    private let board = Mutex<StatusBoard?>(nil)

    /// - Parameters:
    ///   - host: the name under which this machine is recorded.
    ///   - environment: of this process: where the tools are, and what they go by.
    ///   - interval: between two questions for all that is waited for.
    ///   - now: the clock.
    public init(
        host: String, environment: [String: String], interval: Duration = .seconds(1),
        now: @escaping @Sendable () -> Timestamp
    ) {
        (self.host, self.environment, self.interval, self.now) = (host, environment, interval, now)
    }

    public func form(for target: EngineTarget?) -> AttemptForm { .container(resolvesSecrets: true) }

    // MARK: Which tool

    /// The tools that a queue permits, the one that is asked first in front.
    private func permitted(_ target: EngineTarget?) -> [BuildTool] {
        target?.settings["tool"]?.string.flatMap(BuildTool.init(rawValue:)).map { [$0] } ?? [.docker, .podman]
    }

    func client(_ tool: BuildTool) throws -> ContainerClient {
        guard let client = ContainerClient(tool, environment: environment) else {
            throw Diagnostic.containerToolMissing(tool)
        }
        return client
    }

    /// The tools that are there, in the order in which they are asked.
    func clients(_ target: EngineTarget?) -> [ContainerClient] {
        permitted(target).compactMap { ContainerClient($0, environment: environment) }
    }

    /// The tool for something new: the first that answers; where none does, the first.
    ///
    /// - Throws: a `Diagnostic` where none is there.
    func chosen(_ target: EngineTarget?) async throws -> ContainerClient {
        let all = clients(target)
        guard let first = all.first else {
            let permitted = permitted(target)
            throw Diagnostic.containerToolMissing(permitted.count == 1 ? permitted.first : nil)
        }
        for client in all where all.count > 1 {
            if (try? await facts(client)) != nil { return client }
        }
        return first
    }

    /// What a tool says of itself; it is asked once.
    func facts(_ client: ContainerClient, anew: Bool = false) async throws(ContainerSilence) -> ContainerFacts {
        if !anew, let known = facts.withLock({ $0[client.tool] }) { return known }
        let found = try await client.facts()
        facts.withLock { $0[client.tool] = found }
        return found
    }

    func hasInit(_ tool: BuildTool) -> Bool { withoutInit.withLock { !$0.contains(tool) } }
    func noteWithoutInit(_ tool: BuildTool) { withoutInit.withLock { _ = $0.insert(tool) } }

    // MARK: Waiting

    private var statusBoard: StatusBoard {
        board.withLock { board in
            if let board { return board }
            let new = StatusBoard(interval: interval, now: now) { [weak self] references in
                guard let self else { return [:] }
                let found = await self.observe(references)
                return Dictionary(zip(references.map(\.name), found)) { first, _ in first }
            }
            board = new
            return new
        }
    }

    public func change(
        of reference: SubmissionReference, from seen: Observation, until deadline: Timestamp?
    ) async -> Observation {
        await statusBoard.change(of: reference, from: seen, until: deadline)
    }

    public func wait(for reference: SubmissionReference, until deadline: Timestamp?) async -> Observation {
        var known = await observe(reference)
        while known.isLive, !Task.isCancelled {
            if let deadline, now() >= deadline { break }
            known = await statusBoard.change(of: reference, from: known, until: deadline)
        }
        return known
    }
}

extension ContainerSilence {
    func diagnostic(_ client: ContainerClient) -> Diagnostic { .engineUnreachable(client.name, why) }
}
