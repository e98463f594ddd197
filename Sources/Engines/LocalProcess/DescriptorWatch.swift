import Dispatch
import Foundation
import Records

/// Waits for the other end of a pipe to be closed, without holding a thread.
enum DescriptorWatch {
    private static let queue = DispatchQueue(label: "slipway.descriptors")

    /// Returns whether end-of-file came within the time; at once where the waiting task is cancelled.
    static func endOfFile(_ descriptor: Int32, within timeout: Duration?) async -> Bool {
        let wait = Wait(descriptor, on: queue)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { wait.start($0, within: timeout) }
        } onCancel: {
            wait.finish(false)
        }
    }

    /// One wait: the first of end-of-file, timeout and cancellation ends it.
    ///
    /// Proof: `source` and `result` are only touched by blocks on `queue`, which is serial; the rest never changes.
    private final class Wait: @unchecked Sendable {
        private let descriptor: Int32
        private let queue: DispatchQueue
        private var source: (any DispatchSourceRead)?
        private var result: Bool?

        init(_ descriptor: Int32, on queue: DispatchQueue) {
            self.descriptor = descriptor
            self.queue = queue
        }

        func start(_ continuation: CheckedContinuation<Bool, Never>, within timeout: Duration?) {
            queue.async { [self] in
                if let result { return continuation.resume(returning: result) }
                let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
                source.setEventHandler { [self] in
                    var byte: UInt8 = 0
                    if read(descriptor, &byte, 1) == 0 { settle(true) }
                }
                // Only when the source has let go of the descriptor may the caller close it.
                source.setCancelHandler { [self] in continuation.resume(returning: result ?? false) }
                self.source = source
                source.activate()
            }
            guard let timeout else { return }
            queue.asyncAfter(deadline: .now() + .milliseconds(Int(clamping: timeout.milliseconds))) { [self] in
                settle(false)
            }
        }

        func finish(_ result: Bool) {
            queue.async { [self] in settle(result) }
        }

        private func settle(_ result: Bool) {
            guard self.result == nil else { return }
            self.result = result
            source?.cancel()
            source = nil
        }
    }
}
