import Foundation

/// A job that says when it has begun and ends when it is told to: tests then depend on no time.
///
/// It appends a line to a ledger, waits until a gate is open (a file is there), and ends with a status.
struct GatedJob {
    let sandbox: Sandbox

    struct Entry: Hashable {
        var run: String
        var attempt: Int
        var process: Int32
    }

    private var ledger: String { sandbox.path + "/ledger" }

    private func gate(_ name: String) -> String { "\(sandbox.path)/gate-\(name)" }

    /// Writes the job's source, the job, a queue and a pool of two agents.
    ///
    /// - Parameter fields: more lines of the job's spec.
    init(in sandbox: Sandbox, fields: String = "") throws {
        self.sandbox = sandbox
        try sandbox.write(
            "jobs/gated/job.sh",
            """
            printf '%s %s %s\\n' "$SLIPWAY_RUN" "$SLIPWAY_ATTEMPT" "$$" >> "$1"
            echo "begun"
            echo "and an error" >&2
            # Thirty seconds at most, and no longer than the test's folder is there: nothing is left behind.
            left=600
            while [ -n "$2" ] && [ ! -e "$2" ]; do
                [ -d "${1%/*}" ] && [ "$left" -gt 0 ] || exit 75
                left=$((left - 1))
                sleep 0.05
            done
            echo "ended"
            [ "$SLIPWAY_ATTEMPT" -gt "$4" ] && exit 0
            exit "$3"

            """)
        try sandbox.write(
            "manifests/setup.yaml",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: gated}
            spec:
              source: {path: ../jobs/gated}
              command: [sh, job.sh, "\(sandbox.path)/ledger"]
              args: ["${parameters.gate}", "${parameters.status}", "${parameters.failures}"]
              parameters:
                gate: {type: string, default: ""}
                status: {type: integer, default: 0}
                failures: {type: integer, default: 1000, description: so many attempts end with the status}
                variant: {type: integer, default: 0}
            \(fields.split(separator: "\n").map { "  \($0)\n" }.joined())---
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local}
            spec: {resource: local-process}
            ---
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: here}
            spec: {queues: [local], replicas: 2}

            """)
    }

    /// Writes the manifest of a run.
    ///
    /// - Parameters:
    ///   - isGated: whether it waits until its gate is opened.
    ///   - status: with what it ends.
    ///   - failures: how many attempts do; later ones succeed.
    ///   - variant: tells runs apart that would compute the same otherwise.
    func want(
        _ run: String, gated isGated: Bool = false, status: Int = 0, failures: Int = 1000, variant: Int = 0
    ) throws {
        let gate = isGated ? gate(run) : ""
        try sandbox.write(
            "manifests/\(run).yaml",
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: \(run)}
            spec:
              job: gated
              queue: local
              parameters: {gate: "\(gate)", status: \(status), failures: \(failures), variant: \(variant)}

            """)
    }

    func open(_ run: String) throws { try Data().write(to: URL(fileURLWithPath: gate(run))) }

    /// Who has begun, in this order.
    func entries() -> [Entry] {
        let text = (try? String(contentsOfFile: ledger, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 3, let attempt = Int(words[1]), let process = Int32(words[2]) else { return nil }
            return Entry(run: String(words[0]), attempt: attempt, process: process)
        }
    }

    /// Waits until a run has begun.
    @discardableResult
    func begun(_ run: String, attempt: Int = 1) async throws -> Entry {
        var found: Entry?
        try await eventually("attempt \(attempt) of \(run) begins") {
            found = entries().first { $0.run == run && $0.attempt == attempt }
            return found != nil
        }
        guard let found else { throw NeverCame(what: run) }
        return found
    }

    /// Whether a process is there; one that has ended and waits to be reaped is not (proc(5)).
    static func isAlive(_ process: Int32) -> Bool {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return line.split(separator: ")").last?.hasPrefix(" Z") == false
    }
}
