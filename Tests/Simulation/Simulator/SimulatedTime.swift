import Agents
import Records

/// The clock of a process's machine.
struct SimulatedTime: TimeSource {
    let loop: EventLoop
    let process: SimulatedProcess

    func now() -> Timestamp { process.host.clock(at: loop.now) }

    func after(_ time: Duration, _ body: @escaping @Sendable () -> Void) {
        loop.schedule(after: max(0, time.milliseconds), for: process, body)
    }

    /// Pauses one of the process's tasks; a dead one goes on at once.
    func pass(_ milliseconds: Int64) async {
        await withCheckedContinuation { continuation in
            loop.schedule(after: milliseconds, for: process) { continuation.resume() }
        }
    }
}
