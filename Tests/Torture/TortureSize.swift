import Foundation
import Support

/// How long and how big a round is: short unless the environment asks for more, as `make torture` does.
struct TortureSize: Sendable {
    /// How long the torment lasts; putting things in order afterwards comes on top.
    var seconds = 7
    /// How many different runs are wanted in that time, at least.
    var runs = 24
    var seed: UInt64 = 1
    var backends = StateBackend.databases
    /// Whether somebody watches who wants to hear of it now and then.
    var isLong = false

    static let asked: TortureSize = {
        let environment = ProcessInfo.processInfo.environment
        func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }
        var size = TortureSize()
        if let seconds = number("TORTURE_SECONDS") {
            size.seconds = seconds
            size.runs = number("TORTURE_RUNS") ?? max(24, seconds * 3 / 2)
            size.seed = .random(in: 1..<1 << 32)
            size.isLong = true
        }
        if let chosen = environment["TORTURE_BACKEND"], !chosen.isEmpty {
            size.backends = size.backends.filter { $0.rawValue == chosen }
        }
        if let seed = environment["TORTURE_SEED"].flatMap({ UInt64($0) }) { size.seed = seed }
        return size
    }()
}
