import YAML

/// What happened in a world, as far as it matters to a reader.
struct Trace {
    private(set) var lines: [String] = []

    /// The most lines that are kept.
    private static let most = 20_000

    mutating func add(at now: Int64, _ process: String, _ text: String) {
        guard lines.count < Self.most else { return }
        let seconds = "\(now / 1000).\(String(now % 1000 + 1000).dropFirst())"
        let padding = String(repeating: " ", count: max(0, 9 - seconds.count))
        lines.append("\(padding)\(seconds)  \(process.isEmpty ? "·" : process)  \(text)")
    }

    static func brief(_ error: any Error) -> String {
        switch error {
        case let error as Diagnostic: "\(error.code.rawValue) \(error.message)"
        case let errors as Diagnostics: errors.all.map { "\($0.code.rawValue) \($0.message)" }.joined(separator: "; ")
        default: "\(error)"
        }
    }
}
