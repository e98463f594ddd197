// `make bench`: ratios taken within one run, for absolute times say more about the machine than about the program.
// Arguments name the benchmarks to run; without any, all of them run.

let benchmarks: [(name: String, measure: () throws -> [Measurement])] = [
    ("reading", measureReading), ("validate", measureValidating), ("plan", measurePlan), ("runs", measureRuns),
    ("images", measureImages), ("start", measureStart), ("claims", measureClaims), ("scale", measureScale),
    ("git", measureGitState), ("engines", measureEngines),
]
let wanted = Set(CommandLine.arguments.dropFirst())
var table = Table()
for benchmark in benchmarks where wanted.isEmpty || wanted.contains(benchmark.name) {
    for row in try benchmark.measure() { table.add(row) }
}
print(table.text)
