import Agents
import Images
import Manifests
import Synchronization
import YAML

/// A registry in memory, beside the layouts of some machines.
final class ModelRegistry: ImageRegistry {
    private struct State {
        /// By repository.
        var images: [String: Set<Digest>] = [:]
        var asked: [String] = []
        var failure: Diagnostic?
        var refusesPushes = false
    }

    private let layout: ImageLayout
    private let state = Mutex(State())

    init(layout: ImageLayout) { self.layout = layout }

    /// What was done, in order: `has`, `push` and `pull`.
    var asked: [String] { state.withLock { $0.asked } }
    func images(in repository: String) -> Set<Digest> { state.withLock { $0.images[repository] ?? [] } }

    /// What everything throws from now on; `nil` for nothing.
    func fail(with failure: Diagnostic?) { state.withLock { $0.failure = failure } }
    func forgetAll() { state.withLock { $0.images = [:] } }

    private func ask(_ what: String) throws {
        try state.withLock { state in
            state.asked.append(what)
            if let failure = state.failure { throw failure }
        }
    }

    func contains(_ image: Digest, in repository: ImageReference) async throws -> Bool {
        try ask("has")
        return images(in: repository.name).contains(image)
    }

    func push(
        _ image: Digest, to repository: ImageReference, log: @escaping @Sendable (String) -> Void
    ) async throws {
        try ask("push \(repository)")
        _ = state.withLock { $0.images[repository.name, default: []].insert(image) }
    }

    func pull(
        _ image: Digest, from repository: ImageReference, log: @escaping @Sendable (String) -> Void
    ) async throws {
        try ask("pull \(repository)")
        // All images of a model are empty and differ in their job's name.
        _ = try layout.addEmptyImage(named: "train")
    }
}
