public import Manifests
public import Records

extension SeededRandom {
    /// A text with what breaks quoting, encodings and separators.
    public mutating func text() -> String {
        let pieces = [
            "a", "lr", " ", "\"", "\\", "\n", "\t", "é", "e\u{301}", "漢", "🚢", "/", ":", "{", "'", "$", "\u{7F}",
        ]
        return (0..<int(0...6)).map { _ in pieces[int(0...(pieces.count - 1))] }.joined()
    }

    /// A value as a manifest can hold it, nested at most `depth` levels.
    public mutating func value(depth: Int = 2) -> JSONValue {
        switch int(0...(depth > 0 ? 6 : 4)) {
        case 0: .null
        case 1: .bool(chance(1, in: 2))
        case 2: .int(pick(0, -1, 42, Int64.max, Int64.min, 1 << 53))
        case 3: .double(pick(0.1, -2.5, 1e300, 2.3e-308, 0.30000000000000004))
        case 4: .string(text())
        case 5: .array((0..<int(0...3)).map { _ in value(depth: depth - 1) })
        default: .object(values(depth: depth - 1))
        }
    }

    public mutating func values(depth: Int = 2) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for index in 0..<int(0...3) { values["\(text())\(index)"] = value(depth: depth) }
        return values
    }

    public mutating func digest() -> Digest { Digest(of: "\(next())") }

    public mutating func specification() -> RunSpecification {
        var environment: [String: RunSpecification.EnvironmentEntry] = [:]
        for index in 0..<int(0...3) {
            environment["V\(index)"] = chance(1, in: 2) ? .value(text()) : .secret("s\(index)")
        }
        var retry = RetryPolicy()
        retry.limit = int(0...100)
        retry.on = RetryPolicy.Cause.allCases.shuffled(using: &self).suffix(int(0...3))
        retry.backoff.initial = .milliseconds(int(0...86_400_000))
        retry.backoff.maximum = .milliseconds(int(0...86_400_000))
        retry.backoff.factor = pick(1, 1.5, 2, 100)
        return RunSpecification(
            job: ObjectName(namespace: pick("default", "vision"), name: pick("train", "train-2")),
            jobVersion: int(1...9),
            jobDigest: digest(), parameters: values(), arguments: (0..<int(1...4)).map { _ in text() },
            environment: environment, repetition: int(1...3), outputs: (0..<int(0...2)).map { "o\($0)/\(text())" },
            queue: ObjectName(namespace: pick("default", "vision"), name: pick("local", "big")),
            priority: pick(.critical, .high, .medium, .low), variables: values(), retry: retry,
            timeout: chance(1, in: 2) ? .milliseconds(int(1...1_000_000)) : nil,
            dependencies: (0..<int(0...2)).map { number in
                RunDependency(
                    run: ObjectName(namespace: pick("default", "vision"), name: "up-\(number)"), identity: digest(),
                    condition: pick(.succeeded, .finished))
            },
            inputs: (0..<int(0...2)).map { number in
                RunInput(
                    run: ObjectName(name: "up-\(number)"), identity: digest(), path: "o/\(text())",
                    target: "\(number)\(text())")
            })
    }
}
