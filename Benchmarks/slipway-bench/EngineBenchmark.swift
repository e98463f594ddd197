import Dispatch
import Engines
import Foundation
import Manifests
import Records
import Support
import Synchronization

/// A thousand live runs on a real Slurm cluster of this machine, watched by one `reconcile`; and what Slipway adds to
/// Slurm's own command when it submits.
func measureEngines() throws -> [Measurement] {
    guard SlurmCluster.isThere else {
        FileHandle.standardError.write(Data("slurm is not installed: the engines are not measured\n".utf8))
        return []
    }
    return [try measureSubmitting()] + (try measureWatching())
}

/// Submits held jobs through the engine and with `sbatch` alone, in turn.
private func measureSubmitting() throws -> Measurement {
    let cluster = try SlurmCluster(accounting: false)
    let scratch = try Scratch()
    let count = 20
    let batches = Mutex(0)
    let engine = SlurmEngine(
        host: "here", environment: cluster.environment, now: { Timestamp(milliseconds: 0) }, unique: { "\(UUID())" })
    let script = "\(scratch.path)/plain.sh"
    try scratch.write("#!/bin/sh\nexec /bin/true\n", to: "plain.sh")
    let times = try Rounds.measure(
        5,
        [
            {
                let batch = batches.withLock { batches in
                    batches += 1
                    return batches
                }
                var submissions: [Submission] = []
                for number in 0..<count {
                    try scratch.write("", to: "\(batch)-\(number)/work/file")
                    var submission = Submission(
                        name: "\(batch)-\(number)", folder: "\(scratch.path)/\(batch)-\(number)",
                        workingDirectory: "\(scratch.path)/\(batch)-\(number)/work", arguments: ["/bin/true"],
                        environment: ["PATH": "/usr/bin:/bin"])
                    submission.target = EngineTarget(
                        kind: .slurm, document: .object(["begin": .string("now+1hour")]))
                    submissions.append(submission)
                }
                let all = submissions
                try wait { for submission in all { try await engine.submit(submission) } }
            },
            {
                for _ in 0..<count {
                    try Program.run(
                        [
                            "env", "SLURM_CONF=\(cluster.folder)/slurm.conf", "sbatch", "--parsable",
                            "--begin=now+1hour", "--output=/dev/null", script,
                        ])
                }
            },
        ])
    let (ours, bare) = (Rounds.median(times[0]) / Double(count), Rounds.median(times[1]) / Double(count))
    return Measurement(
        what: "submitting to Slurm", ours: ours.milliseconds, reference: "\(bare.milliseconds) for sbatch alone",
        figure: "+\((ours - bare).milliseconds)", goal: "≤ 5 ms more")
}

private func measureWatching() throws -> [Measurement] {
    let (runs, seconds, interval) = (1000, 60, 5)
    let cluster = try SlurmCluster(accounting: false)
    let scratch = try Scratch()
    try scratch.write("x\n", to: "jobs/noop/file")
    let base = Sample.base(maxRuns: runs)
        .replacing("resource: local-process", with: "resource: slurm, config: {begin: now+1hour}")
    try scratch.write(base + (0..<runs).map { "---\n" + Sample.run($0) }.joined(), to: "manifests/all.yaml")
    // Every question to the cluster is counted, whoever asks.
    try scratch.write(
        "#!/bin/sh\necho x >> '\(scratch.path)/questions'\nexec /usr/bin/squeue \"$@\"\n", to: "bin/squeue")
    try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: "\(scratch.path)/bin/squeue")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.reconcile)
    process.currentDirectoryURL = URL(fileURLWithPath: scratch.path)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    process.environment = ProcessInfo.processInfo.environment.merging([
        "PATH": "\(scratch.path)/bin:\(path)", "SLURM_CONF": "\(cluster.folder)/slurm.conf",
    ]) { _, new in new }
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    defer {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
    func questions() -> Int { (FileManager.default.contents(atPath: "\(scratch.path)/questions") ?? Data()).count / 2 }
    func waiting() throws -> Int {
        let asking = Process()
        asking.executableURL = URL(fileURLWithPath: Program.reconcile)
        asking.currentDirectoryURL = URL(fileURLWithPath: scratch.path)
        asking.arguments = ["get", "run", "--output", "json"]
        let answer = Pipe()
        (asking.standardOutput, asking.standardError) = (answer, FileHandle.nullDevice)
        try asking.run()
        let text = String(decoding: answer.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        asking.waitUntilExit()
        // However it is spaced.
        return text.components(separatedBy: "\"phase\"").count { part in
            part.drop { !$0.isLetter }.hasPrefix("waiting\"")
        }
    }
    while try waiting() < runs {
        guard process.isRunning else { throw Program.Failure(command: [Program.reconcile], status: -1) }
        sleep(2)
    }
    // What was recorded last has been looked at, and the folders are remembered.
    sleep(UInt32(2 * interval))
    let (asked, used) = (questions(), try processorTime(of: process.processIdentifier))
    sleep(UInt32(seconds))
    let calls = questions() - asked
    let now = try processorTime(of: process.processIdentifier)
    func share(_ part: (ProcessorTime) -> Double) -> String {
        "\(((part(now) - part(used)) / Double(seconds) * 100).rounded(to: 2)) %"
    }
    return [
        Measurement(
            what: "watching 1,000 live runs on Slurm, for \(seconds) s", ours: "\(calls) calls of squeue",
            reference: "\(seconds / interval) intervals of \(interval) s",
            figure: "\((Double(calls) / Double(seconds / interval)).rounded(to: 1)) per interval", goal: "1"),
        Measurement(
            what: "watching 1,000 live runs on Slurm, reconcile itself", ours: "\(share(\.own)) of a core",
            reference: "\(share(\.children)) for squeue", figure: share(\.own), goal: "< 1 %"),
    ]
}

/// How long processors have worked for a process, in seconds.
private struct ProcessorTime {
    var own: Double
    /// For processes that it started and waited for.
    var children: Double
}

/// User and system together (proc(5), fields 14 to 17 of `stat`).
private func processorTime(of process: Int32) throws -> ProcessorTime {
    let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    let times = (text.split(separator: ")").last?.split(separator: " ") ?? []).dropFirst(11).prefix(4)
        .compactMap { Double($0) }
    guard times.count == 4 else { throw Program.Failure(command: ["stat", "\(process)"], status: -1) }
    let second = Double(sysconf(Int32(_SC_CLK_TCK)))
    return ProcessorTime(own: (times[0] + times[1]) / second, children: (times[2] + times[3]) / second)
}

/// Waits for asynchronous work in a program that is not.
private func wait(_ body: @escaping @Sendable () async throws -> Void) throws {
    let done = DispatchSemaphore(value: 0)
    let failure = Mutex<(any Error)?>(nil)
    Task {
        do { try await body() } catch { failure.withLock { $0 = error } }
        done.signal()
    }
    done.wait()
    if let error = failure.withLock({ $0 }) { throw error }
}
