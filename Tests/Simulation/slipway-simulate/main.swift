import Foundation
import Simulation

let environment = ProcessInfo.processInfo.environment
let from = UInt64(environment["FROM"] ?? "") ?? 1
let count = UInt64(environment["SEEDS"] ?? "") ?? 200
let mutant = environment["MUTANT"].flatMap(Mutant.init(rawValue:))
let begun = Date()
var steps = 0, starts = 0
var events: Int64 = 0
var virtual = 0.0
var tally: [String: Int] = [:]
var eventTally: [Substring: Int] = [:]
var digest: UInt64 = 0
for seed in environment["SEED"].flatMap({ UInt64($0) }).map({ [$0] }) ?? Array(from..<(from + count)) {
    if environment["VERBOSE"] != nil { FileHandle.standardError.write(Data("\(seed)\n".utf8)) }
    let start = Date()
    defer { if Date().timeIntervalSince(start) > 1.5 { print("slow seed", seed, Date().timeIntervalSince(start)) } }
    let outcome = try Simulation(seed: seed, mutant: mutant).run()
    steps += outcome.steps
    starts += outcome.starts
    events += outcome.commits
    virtual += outcome.virtualSeconds
    digest = digest &* 31 &+ outcome.digest
    for fault in outcome.faults { tally[fault.kind.rawValue, default: 0] += 1 }
    for line in outcome.trace {
        let words = line.split(separator: " ", maxSplits: 4)
        if words.count > 3, words[2] == "records" { eventTally[words[3], default: 0] += 1 }
    }
    if let violation = outcome.violation {
        print("seed \(seed): \(violation.invariant.rawValue): \(violation.what) [\(outcome.faults.count) faults]")
        if environment["SEED"] != nil { print(outcome.trace.joined(separator: "\n")) }
    } else if environment["SEED"] != nil { print(outcome.trace.joined(separator: "\n")) }
}
print("\(Date().timeIntervalSince(begun)) s, \(steps) steps, \(virtual) virtual s, \(starts) starts, \(events) events, digest \(digest)")
print(tally.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
print(eventTally.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
