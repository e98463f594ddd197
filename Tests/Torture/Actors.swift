import Foundation
import Support
import Synchronization

/// How far a round is.
final class Stage: Sendable {
    enum Step: Int, Comparable, Sendable {
        case torment, settling, over
        static func < (left: Step, right: Step) -> Bool { left.rawValue < right.rawValue }
    }

    private let step = Mutex(Step.torment)

    var now: Step { step.withLock { $0 } }
    func enter(_ next: Step) { step.withLock { $0 = next } }

    /// Waits, but not longer than a step lasts. Returns whether it lasts still.
    func pause(_ duration: Duration, during step: Step) async -> Bool {
        let end = ContinuousClock.now + duration
        while now == step, ContinuousClock.now < end {
            try? await Task.sleep(for: min(.milliseconds(20), end - ContinuousClock.now))
        }
        return now == step
    }
}

/// A part that one process after another plays: a reconciler, or an agent of a checkout.
final class Part: Sendable {
    let name: String
    let checkout: String
    private let current = Mutex<Program?>(nil)

    init(_ name: String, in checkout: String) {
        self.name = name
        self.checkout = checkout
    }

    /// The process that plays it now.
    var program: Program? { current.withLock { $0.flatMap { $0.isOver ? nil : $0 } } }

    /// Plays it once, to the end of the process.
    ///
    /// - Parameter fate: after how long the process is killed, whatever it is at then.
    func play(_ arguments: [String], on ground: Ground, fate: Duration? = nil) async throws -> Int32 {
        let program = try await ground.start(arguments, in: checkout, log: "\(name).log")
        current.withLock { $0 = program }
        ground.diary.note("\(name) is process \(program.process): \(arguments.joined(separator: " "))")
        let killer = fate.map { fate in
            Task {
                try await Task.sleep(for: fate)
                if program.signal(SIGKILL) { ground.diary.count("young process killed", "\(name) after \(fate)") }
            }
        }
        defer { killer?.cancel() }
        let status = await program.end()
        ground.diary.note("\(name), process \(program.process), ended with \(status)")
        return status
    }
}
