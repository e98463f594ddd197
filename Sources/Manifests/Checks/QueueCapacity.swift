/// What a queue's document fixes of the resources of a run, whatever its job asks for: an engine takes the job's own
/// wishes only for what the document leaves open.
struct QueueCapacity: Sendable, Hashable {
    /// Something that is fixed, and the keys that lead to where in the document.
    struct Amount<Value: Sendable & Hashable>: Sendable, Hashable {
        var value: Value
        var path: [String]
    }

    var cpu: Amount<CPUQuantity>?
    var memory: Amount<ByteQuantity>?
    var gpus: Amount<Int64>?
    var time: Amount<Duration>?

    var isEmpty: Bool { cpu == nil && memory == nil && gpus == nil && time == nil }

    /// Whether a document, as it is written, may say something of resources; most do not, and need not be filled in.
    static func speaksOfResources(_ config: JSONValue, of engine: EngineKind) -> Bool {
        switch engine {
        case .localContainer, .slurm: config.object?.keys.contains(where: keys.contains) ?? false
        case .kubernetes: config["spec"] != nil
        case .localProcess, .ray, .sagemaker, .vertex: false
        }
    }

    private static let keys: Set = [
        "cpus", "memory", "gpus", "cpus-per-task", "mem", "gres", "gpus-per-node", "time",
    ]

    /// Reads a document in which everything has been put in. What cannot be read fixes nothing here.
    init(_ document: JSONValue, of engine: EngineKind) {
        switch engine {
        case .localContainer: readContainer(document)
        case .slurm: readSlurm(document)
        case .kubernetes: readKubernetes(document)
        case .localProcess, .ray, .sagemaker, .vertex: break
        }
    }

    // MARK: Containers

    private mutating func readContainer(_ document: JSONValue) {
        if let cores = document["cpus"]?.number, cores > 0, cores < 1e6 {
            cpu = Amount(value: CPUQuantity(millicores: Int64(cores * 1000)), path: ["cpus"])
        }
        if let bytes = document["memory"].flatMap(Self.containerSize) {
            memory = Amount(value: ByteQuantity(bytes: bytes), path: ["memory"])
        }
        guard let flag = document["gpus"], let text = flag.word else { return }
        if text.hasPrefix("device=") {
            let count = text.dropFirst(7).split(separator: ",").count
            gpus = Amount(value: Int64(count), path: ["gpus"])
        } else if let count = Int64(text) {
            gpus = Amount(value: count, path: ["gpus"])
        }
    }

    /// `512m`, `2g`: powers of 1024, as the tools read them; -1 is no limit.
    private static func containerSize(_ value: JSONValue) -> Int64? {
        guard let text = value.word?.lowercased() else { return nil }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = decimalNumber(digits) else { return nil }
        let powers: [String: Int64] = ["": 0, "b": 0, "k": 1, "kb": 1, "m": 2, "mb": 2, "g": 3, "gb": 3]
        return powers[String(text[digits.endIndex...])].flatMap { scaled(count, power: $0) }
    }

    private static func scaled(_ count: Int64, power: Int64) -> Int64? {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: 1 << (10 * power))
        return overflow ? nil : bytes
    }

    // MARK: Slurm

    private mutating func readSlurm(_ document: JSONValue) {
        // What is said for each node or task counts as often as there are some; a range of nodes may be anything.
        let nodes = document["nodes"].map { $0.int ?? $0.string.flatMap { Int64($0) } ?? 0 } ?? 1
        let tasks = document["ntasks"].map { $0.int ?? $0.string.flatMap { Int64($0) } ?? 0 } ?? 1
        if let cores = document["cpus-per-task"]?.number, cores > 0, cores < 1e6, tasks == 1 {
            cpu = Amount(value: CPUQuantity(millicores: Int64(cores) * 1000), path: ["cpus-per-task"])
        }
        if let bytes = document["mem"].flatMap(Self.slurmSize), bytes > 0, nodes == 1 {
            memory = Amount(value: ByteQuantity(bytes: bytes), path: ["mem"])
        }
        if let text = document["time"]?.word, let limit = Self.slurmTime(text) {
            time = Amount(value: limit, path: ["time"])
        }
        let counts: [(key: String, count: Int64?)] = [
            ("gpus", document["gpus"]?.word.flatMap { Self.lastNumber($0) }),
            ("gpus-per-node", document["gpus-per-node"]?.word.flatMap { Self.lastNumber($0) }.map { $0 * nodes }),
            ("gres", document["gres"]?.word.flatMap { Self.gres($0) }.map { $0 * nodes }),
        ]
        let others = ["gpus-per-task", "gpus-per-socket"].contains { document[$0] != nil }
        if !others, let (key, count) = counts.first(where: { $0.count != nil }), let count, nodes > 0 {
            gpus = Amount(value: count, path: [key])
        }
    }

    /// `2`, `a100:2`
    private static func lastNumber(_ text: String) -> Int64? {
        text.split(separator: ":").last.flatMap { decimalNumber($0) }.flatMap { $0 < 100_000 ? $0 : nil }
    }

    /// `gpu`, `gpu:2`, `gpu:a100:2`, and others between commas; `nil` where it names no GPUs.
    private static func gres(_ text: String) -> Int64? {
        let own = text.split(separator: ",").filter { $0 == "gpu" || $0.hasPrefix("gpu:") }
        guard !own.isEmpty, !text.contains("{{"), !text.contains("(") else { return nil }
        return own.reduce(0) { $0 + (lastNumber(String($1)) ?? 1) }
    }

    /// `4096` (in MiB), `8G`
    private static func slurmSize(_ value: JSONValue) -> Int64? {
        guard let text = value.word else { return nil }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = decimalNumber(digits) else { return nil }
        let powers: [String: Int64] = ["": 2, "K": 1, "M": 2, "G": 3, "T": 4]
        return powers[text[digits.endIndex...].uppercased()].flatMap { scaled(count, power: $0) }
    }

    /// `minutes`, `minutes:seconds`, `hours:minutes:seconds`, and with `days-` before: `hours`, `hours:minutes`, ….
    private static func slurmTime(_ text: String) -> Duration? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let clock = (parts.last ?? "").split(separator: ":", omittingEmptySubsequences: false).map { decimalNumber($0) }
        let numbers = clock.compactMap { $0 }
        guard parts.count <= 2, numbers.count == clock.count, (1...3).contains(numbers.count),
            numbers.allSatisfy({ $0 < 10_000_000 })
        else { return nil }
        if parts.count == 2 {
            guard let days = decimalNumber(parts[0]), days < 100_000 else { return nil }
            let all = numbers + [0, 0]
            return .seconds(days * 86_400 + all[0] * 3600 + all[1] * 60 + all[2])
        }
        switch numbers.count {
        case 1: return .seconds(numbers[0] * 60)
        case 2: return .seconds(numbers[0] * 60 + numbers[1])
        default: return .seconds(numbers[0] * 3600 + numbers[1] * 60 + numbers[2])
        }
    }

    // MARK: Kubernetes

    private mutating func readKubernetes(_ document: JSONValue) {
        // Of other objects nobody knows how many pods they become.
        guard document["kind"]?.string ?? "Job" == "Job", let spec = document["spec"],
            spec["parallelism"] == nil, spec["completions"] == nil
        else { return }
        if let seconds = spec["activeDeadlineSeconds"]?.int, seconds > 0 {
            time = Amount(value: .seconds(seconds), path: ["spec", "activeDeadlineSeconds"])
        }
        guard let containers = spec["template"]?["spec"]?["containers"]?.array, containers.count == 1 else { return }
        let start = ["spec", "template", "spec", "containers", "0", "resources", "limits"]
        let limits = containers[0]["resources"]?["limits"]
        if let cores = limits?["cpu"]?.word.flatMap({ CPUQuantity($0) }) {
            cpu = Amount(value: cores, path: start + ["cpu"])
        }
        if let bytes = limits?["memory"]?.word.flatMap({ ByteQuantity($0) }) {
            memory = Amount(value: bytes, path: start + ["memory"])
        }
        let accelerator = "nvidia.com/gpu"
        if let count = limits?[accelerator]?.word.flatMap({ Int64($0) }) {
            gpus = Amount(value: count, path: start + [accelerator])
        }
    }
}

extension JSONValue {
    /// A number or a text, as text.
    fileprivate var word: String? {
        switch self {
        case .int, .double: canonicalText
        case .string(let text): text
        case .null, .bool, .array, .object: nil
        }
    }

    /// A number, also where it was written as text.
    fileprivate var number: Double? { word.flatMap { Double($0) } }
}
