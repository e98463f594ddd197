import Foundation
import Simulation

let environment = ProcessInfo.processInfo.environment
let from = UInt64(environment["FROM"] ?? "") ?? 1
let count = UInt64(environment["SEEDS"] ?? "") ?? 200
let begun = Date()
var steps = 0
for seed in environment["SEED"].flatMap({ UInt64($0) }).map({ [$0] }) ?? Array(from..<(from + count)) {
    let outcome = try Simulation(seed: seed).run()
    steps += outcome.steps
    if let violation = outcome.violation {
        print("seed \(seed): \(violation.invariant.rawValue): \(violation.what)")
        if environment["SEED"] != nil { print(outcome.trace.joined(separator: "\n")) }
    } else if environment["SEED"] != nil { print(outcome.trace.joined(separator: "\n")) }
}
print("\(Date().timeIntervalSince(begun)) s, \(steps) steps")
