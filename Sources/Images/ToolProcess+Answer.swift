import Subprocess
import SystemPackage

extension ToolProcess {
    /// What a tool that was asked something said.
    public struct Answer: Sendable, Hashable {
        /// 0 for success; a signal is 128 and its number, as shells say it.
        public var status: Int32
        public var timedOut: Bool
        /// Its standard output, as far as it was wanted.
        public var output: [UInt8]
        /// Whether there was more.
        public var isCut: Bool
        /// The beginning of its standard error.
        public var complaint: String
    }

    /// Of a complaint, this much is kept.
    private static let longestComplaint = 4096

    /// Runs the tool for what it prints. Where the task is cancelled, the deadline passes, or it prints more than is
    /// wanted, the tool's whole process group is killed.
    ///
    /// - Parameter most: bytes of standard output.
    /// - Throws: a `Diagnostic` where it cannot be started; `CancellationError`.
    public func answer(most: Int) async throws -> Answer {
        try await ending { group in try await ask(group, most) }
    }

    private func ask(_ group: ProcessGroup, _ most: Int) async throws -> Answer {
        let result = try await Subprocess.run(
            .path(FilePath(executable)), arguments: Arguments(arguments), environment: .custom(variables),
            workingDirectory: FilePath(workingFolder), platformOptions: Self.ownGroup, input: .none,
            output: .sequence, error: .sequence
        ) { execution in
            let watchdog = watch(group, execution.processIdentifier.value)
            defer { Self.dismiss(watchdog, group) }
            let (standardOutput, standardError) = (execution.standardOutput, execution.standardError)
            let complaint = Task { try await Self.beginning(of: standardError, most: Self.longestComplaint) {} }
            let output = try await Self.beginning(of: standardOutput, most: most) { group.kill() }
            return (output, try await complaint.value.bytes)
        }
        let (output, complaint) = result.closureResult
        return Answer(
            status: Self.status(result.terminationStatus), timedOut: group.hasExpired, output: output.bytes,
            isCut: output.isCut, complaint: String(decoding: complaint, as: UTF8.self))
    }

    /// Reads to the end and keeps the beginning.
    private static func beginning(
        of stream: SubprocessOutputSequence, most: Int, whenMore: @Sendable () -> Void
    ) async throws -> (bytes: [UInt8], isCut: Bool) {
        var bytes: [UInt8] = []
        var isCut = false
        for try await buffer in stream {
            buffer.withUnsafeBytes { bytes += $0.prefix(most - bytes.count) }
            guard bytes.count == most, !isCut else { continue }
            isCut = true
            whenMore()
        }
        return (bytes, isCut)
    }
}
