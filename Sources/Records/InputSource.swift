public import Manifests

/// Where an input comes from: the run that left it, and the attempt in whose folder it is.
public struct InputSource: Sendable, Hashable {
    public var input: RunInput
    /// `nil` where the run is not recorded.
    public var run: RunRecord?
    /// Its success; `nil` where it has none.
    public var attempt: AttemptRecord?

    public init(input: RunInput, run: RunRecord?, attempt: AttemptRecord?) {
        self.input = input
        self.run = run
        self.attempt = attempt
    }

    /// The recorded output that it is or lies in, and its path below that one.
    public var output: (path: String, below: String, digest: OutputDigest)? {
        guard let attempt, let found = DeclaredOutputs(attempt.outputs.keys).declaration(of: input.path),
            let digest = attempt.outputs[found.output]
        else { return nil }
        return (found.output, found.below, digest)
    }
}

extension [InputSource] {
    /// What is recorded of each input, by where its reader finds it.
    public var digestsByTarget: [String: JSONValue] {
        Dictionary(map { ($0.input.target, $0.output?.digest.recorded ?? .null) }) { first, _ in first }
    }
}
