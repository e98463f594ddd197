import Manifests
import Records
import Synchronization

/// What a cluster has of all attempts of a place, kept up to date by one list and one watch each of their objects,
/// their pods and the namespace's warnings, however many attempts there are.
///
/// It watches while somebody waits for something, and some seconds longer.
final class KubernetesMirror: Sendable {
    /// What is known of one attempt.
    enum Glance: Sendable {
        /// Nothing has been heard yet.
        case nothing
        case present(JSONValue, [KubernetesPod], [String: KubernetesWarning])
        /// It was not there when last heard of, which may have been before it was made.
        case missing
        case trouble(String)
    }

    private enum Stream: Sendable, CaseIterable { case objects, pods, warnings }

    private struct Waiter {
        var name: String
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var objects: [String: JSONValue] = [:]
        /// By the name of their attempt's object, and their own.
        var pods: [String: [String: JSONValue]] = [:]
        /// By the uid of what they are about.
        var warnings: [String: KubernetesWarning] = [:]
        /// Attempts by the uids of their objects and pods.
        var owners: [String: String] = [:]
        var heard: Set<Stream> = []
        var troubles: [Stream: String] = [:]
        /// Counts changes; of each attempt, the last one.
        var clock = 0
        var changes: [String: Int] = [:]
        var changeOfAll = 0
        var waiters: [Int: Waiter] = [:]
        var lastID = 0
        var cancelled: Set<Int> = []
        var users = 0
        var work: Task<Void, Never>?
        /// Of the work: what an earlier one still hears when it has been stopped is not believed.
        var epoch = 0
    }

    private let state = Mutex(State())
    private let api: KubernetesAPI
    private let paths: [Stream: (path: String, query: [(String, String)])]

    private static let pause = (first: Duration.milliseconds(500), most: Duration.seconds(30))
    private static let mostWarnings = 10_000
    /// How long it goes on when nobody waits any more.
    private static let lingering = Duration.seconds(20)

    init(api: KubernetesAPI, objects: String, pods: String, events: String, selector: String) {
        self.api = api
        paths = [
            .objects: (objects, [("labelSelector", selector)]), .pods: (pods, [("labelSelector", selector)]),
            .warnings: (events, [("fieldSelector", "type=Warning")]),
        ]
    }

    // MARK: Who waits

    /// Keeps it up to date while a body runs.
    func using<Result>(_ body: () async -> Result) async -> Result {
        state.withLock { state in
            state.users += 1
            guard state.work == nil else { return }
            state.epoch += 1
            state.work = Task { [epoch = state.epoch] in await self.work(epoch) }
        }
        let result = await body()
        let isLast = state.withLock { state in
            state.users -= 1
            return state.users == 0
        }
        if isLast {
            Task {
                try? await Task.sleep(for: Self.lingering)
                state.withLock { if $0.users == 0 { Self.stop(&$0) } }
            }
        }
        return result
    }

    func stop() { state.withLock { Self.stop(&$0) } }

    private static func stop(_ state: inout State) {
        state.work?.cancel()
        state.work = nil
        state.epoch += 1
        // What is kept grows old from here on.
        state.heard = []
        state.troubles = [:]
    }

    /// What is known of an attempt, and the number of the change that it is from.
    func glance(at name: String) -> (Glance, change: Int) {
        state.withLock { state in
            let change = max(state.changes[name] ?? 0, state.changeOfAll)
            if let trouble = state.troubles[.objects] ?? state.troubles[.pods] { return (.trouble(trouble), change) }
            guard state.heard.contains(.objects), state.heard.contains(.pods) else { return (.nothing, change) }
            guard let object = state.objects[name] else { return (.missing, change) }
            let pods = (state.pods[name] ?? [:]).sorted { $0.key < $1.key }.map { KubernetesPod(object: $0.value) }
            let uids = [object["metadata"]?["uid"]?.string].compactMap(\.self) + pods.map(\.uid)
            let warnings = state.warnings.filter { uids.contains($0.key) }
            return (.present(object, pods, warnings), change)
        }
    }

    /// Waits until something has changed of an attempt since a change, for some time at most.
    func change(of name: String, after change: Int, atMost most: Duration?) async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskGroup(of: Void.self) { group in
            if let most {
                group.addTask { [self] in
                    try? await Task.sleep(for: most)
                    if !Task.isCancelled { end(id) }
                }
            }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isOver = state.withLock { state in
                        let now = max(state.changes[name] ?? 0, state.changeOfAll)
                        if state.cancelled.remove(id) != nil || now > change { return true }
                        state.waiters[id] = Waiter(name: name, continuation: continuation)
                        return false
                    }
                    if isOver { continuation.resume() }
                }
            } onCancel: {
                end(id)
            }
            group.cancelAll()
        }
        _ = state.withLock { $0.cancelled.remove(id) }
    }

    private func end(_ id: Int) {
        let waiter = state.withLock { state in
            let waiter = state.waiters.removeValue(forKey: id)
            if waiter == nil { state.cancelled.insert(id) }
            return waiter
        }
        waiter?.continuation.resume()
    }

    /// Changes what is known, and wakes whom it concerns.
    ///
    /// - Parameter change: returns the attempts that are concerned; `nil` for all.
    private func tell(_ epoch: Int, _ change: (inout State) -> Set<String>?) {
        let woken = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard state.epoch == epoch else { return [] }
            let names = change(&state)
            state.clock += 1
            if let names {
                for name in names { state.changes[name] = state.clock }
            } else {
                state.changeOfAll = state.clock
            }
            let concerned = state.waiters.filter { names?.contains($0.value.name) ?? true }
            for id in concerned.keys { state.waiters[id] = nil }
            return concerned.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    // MARK: What is heard

    private func work(_ epoch: Int) async {
        await withTaskGroup(of: Void.self) { group in
            for stream in Stream.allCases { group.addTask { await self.follow(stream, epoch) } }
        }
    }

    private func follow(_ stream: Stream, _ epoch: Int) async {
        guard let (path, query) = paths[stream] else { return }
        let version = Mutex<String?>(nil)
        var failures = 0
        var pause = Self.pause.first
        while !Task.isCancelled {
            do {
                if version.withLock({ $0 == nil }) || failures > 1 {
                    let (items, listed) = try await api.list(path, query)
                    guard !Task.isCancelled else { return }
                    replace(stream, with: items, epoch)
                    version.withLock { $0 = listed }
                }
                let start = ContinuousClock.now
                if let since = version.withLock({ $0 }) {
                    try await api.watch(path, query, since: since) { [weak self] change in
                        version.withLock { $0 = change.version ?? $0 }
                        self?.apply(change, to: stream, epoch)
                    }
                }
                failures = 0
                pause = Self.pause.first
                // A server that ends every watch at once is not to be asked without a pause.
                if ContinuousClock.now - start < .seconds(1) { try? await Task.sleep(for: pause) }
            } catch {
                guard !Task.isCancelled else { return }
                if error.isForgotten {
                    version.withLock { $0 = nil }
                    continue
                }
                // They say more of why, and nothing of what.
                if stream == .warnings, error.status == 403 { return }
                failures += 1
                // A connection that breaks is taken up where it broke, before anybody is told.
                let isFirst = failures == 1 && version.withLock { $0 != nil }
                if isFirst { continue }
                if stream != .warnings { trouble(stream, error.description, epoch) }
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, Self.pause.most)
            }
        }
    }

    private func trouble(_ stream: Stream, _ why: String, _ epoch: Int) {
        tell(epoch) { state in
            state.troubles[stream] = why
            return nil
        }
    }

    private func replace(_ stream: Stream, with items: [JSONValue], _ epoch: Int) {
        tell(epoch) { state in
            state.troubles[stream] = nil
            state.heard.insert(stream)
            switch stream {
            case .objects:
                state.objects = [:]
                for item in items { _ = Self.put(item, into: &state, stream) }
            case .pods:
                state.pods = [:]
                for item in items { _ = Self.put(item, into: &state, stream) }
            case .warnings:
                state.warnings = [:]
                for item in items { _ = Self.put(item, into: &state, stream) }
            }
            return nil
        }
    }

    private func apply(_ change: KubernetesChange, to stream: Stream, _ epoch: Int) {
        switch change {
        case .bookmark: return
        case .present(let object): tell(epoch) { Self.put(object, into: &$0, stream) }
        case .gone(let object): tell(epoch) { Self.remove(object, from: &$0, stream) }
        }
    }

    /// Returns the attempts that it concerns.
    private static func put(_ object: JSONValue, into state: inout State, _ stream: Stream) -> Set<String> {
        let name = object["metadata"]?["name"]?.string ?? ""
        let uid = object["metadata"]?["uid"]?.string ?? ""
        switch stream {
        case .objects:
            state.objects[name] = object
            state.owners[uid] = name
            return [name]
        case .pods:
            let owner = owner(of: object)
            state.pods[owner, default: [:]][name] = object
            state.owners[uid] = owner
            return [owner]
        case .warnings:
            guard let warning = KubernetesWarning(object) else { return [] }
            if state.warnings[warning.uid].map({ $0.moment <= warning.moment }) ?? true {
                state.warnings[warning.uid] = warning
            }
            // A namespace may have much to complain of that is not ours.
            if state.warnings.count > Self.mostWarnings {
                let owners = state.owners
                state.warnings = state.warnings.filter { owners[$0.key] != nil }
            }
            return state.owners[warning.uid].map { [$0] } ?? []
        }
    }

    private static func remove(_ object: JSONValue, from state: inout State, _ stream: Stream) -> Set<String> {
        let name = object["metadata"]?["name"]?.string ?? ""
        let uid = object["metadata"]?["uid"]?.string ?? ""
        switch stream {
        case .objects:
            state.objects[name] = nil
            state.owners[uid] = nil
            return [name]
        case .pods:
            let owner = owner(of: object)
            state.pods[owner]?[name] = nil
            state.owners[uid] = nil
            return [owner]
        // Events expire; what they warned of may well be so still, and ends with what they are about.
        case .warnings: return []
        }
    }

    private static func owner(of pod: JSONValue) -> String {
        pod["metadata"]?["labels"]?[KubernetesIdentity.Key.name]?.string ?? ""
    }
}

extension KubernetesChange {
    /// The version of the collection after it.
    fileprivate var version: String? {
        switch self {
        case .bookmark(let version): version.isEmpty ? nil : version
        case .present(let object), .gone(let object): object["metadata"]?["resourceVersion"]?.string
        }
    }
}
