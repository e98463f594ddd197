import Subprocess
import SystemPackage

extension ToolProcess {
    /// How a tool ended whose output was taken piece by piece.
    public struct End: Sendable, Hashable {
        /// 0 for success; a signal is 128 and its number, as shells say it.
        public var status: Int32
        public var timedOut: Bool
    }

    /// Runs the tool and hands over what it prints on each stream, in its order. Where the task is cancelled, the
    /// deadline passes, or what it prints is refused, the tool's whole process group is killed.
    ///
    /// - Throws: what the bodies throw; a `Diagnostic` where the tool cannot be started; `CancellationError`.
    public func stream(
        output: @escaping @Sendable ([UInt8]) throws -> Void, error: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> End {
        let (end, refusal) = try await ending { group in try await hand(group, output, error) }
        if let refusal { throw refusal }
        return end
    }

    private func hand(
        _ group: ProcessGroup, _ output: @escaping @Sendable ([UInt8]) throws -> Void,
        _ error: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> (End, (any Error)?) {
        let result = try await Subprocess.run(
            .path(FilePath(executable)), arguments: Arguments(arguments), environment: .custom(variables),
            workingDirectory: FilePath(workingFolder), platformOptions: Self.ownGroup, input: .none,
            output: .sequence, error: .sequence
        ) { execution in
            let watchdog = watch(group, execution.processIdentifier.value)
            defer { Self.dismiss(watchdog, group) }
            let (standardOutput, standardError) = (execution.standardOutput, execution.standardError)
            let other = Task { try await Self.hand(standardError, to: error) { group.kill() } }
            let refusal = try await Self.hand(standardOutput, to: output) { group.kill() }
            let otherRefusal = try await other.value
            return refusal ?? otherRefusal
        }
        let end = End(status: Self.status(result.terminationStatus), timedOut: group.hasExpired)
        return (end, result.closureResult)
    }

    /// Reads to the end, also after a refusal, which it returns.
    private static func hand(
        _ stream: SubprocessOutputSequence, to body: @Sendable ([UInt8]) throws -> Void,
        whenRefused: @Sendable () -> Void
    ) async throws -> (any Error)? {
        var refusal: (any Error)?
        for try await buffer in stream where refusal == nil {
            do {
                try buffer.withUnsafeBytes { try body(Array($0)) }
            } catch {
                refusal = error
                whenRefused()
            }
        }
        return refusal
    }
}
