import YAML

/// The manifests of some documents by their names, and what is wrong between them. Order of input does not matter for
/// what is found, except that of two manifests with one name the later is the duplicate.
struct Assembly: Sendable {
    private(set) var desired = DesiredState()
    /// Those whose content has mistakes of its own: their names count, their content is not judged further.
    private(set) var unsound: Set<ObjectKey> = []
    let matrices: Matrices
    /// What is wrong with the documents themselves and their names.
    private var diagnostics: [Diagnostic] = []
    /// Where the Run of each matrix stands, which is not there itself.
    private var matrixOrigins: [ObjectName: Origin] = [:]
    /// Whether the matrix at hand is the first of its name.
    private var isMatrixClaimed = false
    private let documents: [DecodedDocument]

    init(_ documents: [DecodedDocument]) {
        var matrices = Matrices(documents)
        self.documents = matrices.isEmpty ? documents : documents.map { matrices.resolve($0) }
        self.matrices = matrices
        for document in self.documents {
            if !document.diagnostics.isEmpty { diagnostics += document.diagnostics }
            if let membership = document.membership, !claim(membership, document.isSound) { continue }
            if let manifest = document.manifest { add(manifest, isSound: document.isSound) }
        }
    }

    private mutating func add(_ manifest: AnyManifest, isSound: Bool) {
        switch manifest {
        case .job(let job): claim(.job, job, isSound, \.jobs)
        case .queue(let queue): claim(.queue, queue, isSound, \.queues)
        case .pool(let pool): claim(.agentPool, pool, isSound, \.pools)
        case .run(let run): claim(.run, run, isSound, \.runs)
        case .policy(let policy): claim(.policy, policy, isSound, \.policies)
        }
    }

    /// Takes a manifest in under its name unless another has it.
    private mutating func claim<Spec>(
        _ kind: Kind, _ manifest: Manifest<Spec>, _ isSound: Bool,
        _ manifests: WritableKeyPath<DesiredState, [ObjectName: Manifest<Spec>]>
    ) {
        let key = ObjectKey(kind, manifest.metadata.objectName)
        guard isFree(key, for: manifest.origin) else { return }
        desired[keyPath: manifests][key.name] = manifest
        if !isSound { unsound.insert(key) }
    }

    /// Registers the name of a matrix with its first run; says whether its runs are to be there.
    private mutating func claim(_ membership: DecodedDocument.Membership, _ isSound: Bool) -> Bool {
        if membership.isUnknown { return true }
        if membership.isFirst {
            let key = ObjectKey(.run, membership.matrix)
            isMatrixClaimed = isFree(key, for: membership.origin)
            if isMatrixClaimed {
                matrixOrigins[membership.matrix] = membership.origin
                if !isSound { unsound.insert(key) }
            }
        }
        return isMatrixClaimed
    }

    /// Whether nothing has a name yet; reports it where something has.
    private mutating func isFree(_ key: ObjectKey, for origin: Origin) -> Bool {
        guard let first = self.origin(of: key) else { return true }
        let name = ["metadata", "name"]
        diagnostics.append(.duplicate(key, at: origin.location(of: name), first: first.location(of: name)))
        return false
    }

    /// Where a name was first declared; `nil` where it is not.
    func origin(of key: ObjectKey) -> Origin? {
        switch key.kind {
        case .job: desired.jobs[key.name]?.origin
        case .queue: desired.queues[key.name]?.origin
        case .agentPool: desired.pools[key.name]?.origin
        case .run: desired.runs[key.name]?.origin ?? matrixOrigins[key.name]
        case .policy: desired.policies[key.name]?.origin
        }
    }

    /// The names of a kind, in no order.
    func all(of kind: Kind) -> [ObjectName] {
        switch kind {
        case .job: Array(desired.jobs.keys)
        case .queue: Array(desired.queues.keys)
        case .agentPool: Array(desired.pools.keys)
        case .run: Array(desired.runs.keys) + matrixOrigins.keys
        case .policy: Array(desired.policies.keys)
        }
    }

    // MARK: Checks

    /// Fewer documents are not worth a part of their own.
    private static let leastInPart = 1000
    /// What is found must not depend on how many cores there are.
    private static let mostParts = 16

    /// Parts of the documents that can be checked at the same time. Each has all runs of a matrix or none.
    var parts: [Range<Int>] {
        let count = min(Self.mostParts, max(1, documents.count / Self.leastInPart))
        var bounds = (0...count).map { documents.count * $0 / count }
        for index in bounds.indices.dropFirst().dropLast() {
            bounds[index] = max(bounds[index], bounds[index - 1])
            while bounds[index] < documents.count, documents[bounds[index]].membership.map({ !$0.isFirst }) ?? false {
                bounds[index] += 1
            }
        }
        return zip(bounds, bounds.dropFirst()).map { $0..<$1 }
    }

    /// What is wrong with some of the documents.
    func check(_ part: Range<Int>, of parts: Int) -> [Diagnostic] {
        var checks = DocumentChecks(self, parts: parts)
        for document in documents[part] { checks.check(document) }
        return checks.diagnostics
    }

    /// All that is wrong, with what the checks of the parts have found.
    func diagnostics(with parts: [[Diagnostic]]) -> [Diagnostic] {
        var all = diagnostics + parts.joined()
        all += DependencyChecks(desired, unsound: unsound).diagnostics
        all += BuildChecks.unbuildable(desired, unsound: unsound)
        all += BuildChecks.unreachable(desired, unsound: unsound)
        all += ResourceChecks.unmet(desired, unsound: unsound)
        all += unserved
        guard !matrices.isEmpty else { return all }
        // What all runs of a matrix have in common is said once.
        var said: Set<Diagnostic> = []
        return all.filter { said.insert($0).inserted }
    }

    /// A queue with runs that no pool serves would let them wait for ever.
    private var unserved: [Diagnostic] {
        // A pool with mistakes may serve any queue.
        guard !unsound.contains(where: { $0.kind == .agentPool }) else { return [] }
        let served = Set(desired.pools.values.flatMap(\.spec.queues))
        let unserved = desired.queues.filter { !served.contains($0.key) }
        guard !unserved.isEmpty else { return [] }
        var waiting: [ObjectName: Int] = [:]
        for run in desired.runs.values { waiting[run.spec.queue, default: 0] += 1 }
        return unserved.sorted { $0.key < $1.key }.compactMap { name, queue in
            waiting[name].map {
                .unservedQueue(name, runs: $0, at: queue.origin.location(of: ["metadata", "name"]))
            }
        }
    }
}
