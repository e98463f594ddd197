import Foundation
import Manifests
import Planning
import Reconciler
import Records
import YAML

/// What GitHub Actions shows of a step and hands to the next ones: its summary, and its outputs.
///
/// The runner names a file for each (`GITHUB_STEP_SUMMARY`, `GITHUB_OUTPUT`) to which a step adds. What cannot be
/// written is warned of and never fails the command.
struct StepReport {
    private let console: Console
    private let environment: [String: String]

    /// GitHub shows nothing of a summary that is larger.
    private static let summaryBytes = 1 << 20

    init(_ console: Console, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.console = console
        self.environment = environment
    }

    /// Tells of a plan and, where there is one, of what came of it.
    func write(_ work: PlannedWork, result: ApplyResult? = nil, status: ExitStatus? = nil) {
        let plan = work.plan
        var outputs = Planning.Operation.allCases.map { ($0.rawValue, String(plan.count($0))) }
        outputs += [
            ("summary", plan.summaryLine), ("has-changes", String(plan.hasChanges)),
            ("refused", String(!plan.refusals.isEmpty)), ("revision", work.revision.commit ?? ""),
        ]
        var outcome: PlanOutcome?
        if let result, let status {
            outcome = PlanOutcome(result, status)
            outputs += [("result", status.word), ("outcome", outcome?.headline ?? "")]
        }
        write(outputs: outputs)
        write(summary: { plan.markdown(in: work.context, outcome: outcome, atMost: $0) })
    }

    /// Tells why nothing was planned or applied.
    func write(_ failure: FailureReport) {
        write(outputs: [("result", failure.result)])
        write(summary: { _ in failure.markdown })
    }

    private func write(outputs: [(name: String, value: String)]) {
        let text = outputs.map { name, value in
            // A value could name any fixed delimiter; none can name its own digest.
            let delimiter = "slipway_" + Digest(of: value).hex
            return "\(name)<<\(delimiter)\n\(value)\n\(delimiter)\n"
        }
        append(to: "GITHUB_OUTPUT") { _ in text.joined() }
    }

    private func write(summary: (_ room: Int) -> String) {
        append(to: "GITHUB_STEP_SUMMARY") { size in
            let room = Self.summaryBytes - size - 1
            guard room >= Plan.leastMarkdownBytes else { return nil }
            return summary(room) + "\n"
        }
    }

    /// Adds to the file that a variable names.
    ///
    /// - Parameter text: gets the size of what is there, in bytes; `nil` where nothing has room any more.
    private func append(to variable: String, _ text: (_ size: Int) -> String?) {
        guard let path = environment[variable], !path.isEmpty else { return }
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o644)
        guard descriptor >= 0 else { return warn(variable, String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return warn(variable, "\(path) is not a file")
        }
        guard let text = text(Int(status.st_size)) else { return warn(variable, "what is there leaves no room") }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return warn(variable, String(cString: strerror(errno))) }
            rest = rest.dropFirst(count)
        }
    }

    private func warn(_ variable: String, _ reason: String) {
        console.warn([.stepFileUnwritable(variable, reason: reason)])
    }
}

/// Why a command did not do what it was asked for, as GitHub and a comment on a proposal are told.
struct FailureReport {
    /// A word for scripts.
    let result: String
    let markdown: String

    /// - Returns: `nil` for what is no fault, such as an interruption.
    init?(_ error: any Error, heading: String) {
        let diagnostics = (error as? Diagnostics)?.all ?? [error as? Diagnostic].compactMap { $0 }
        guard !diagnostics.isEmpty else { return nil }
        result = ExitStatus(diagnostics).word
        let lines = diagnostics.flatMap { diagnostic -> [String] in
            let place = diagnostic.location.map { "\($0): " } ?? ""
            return ["\(place)\(diagnostic.message) [\(diagnostic.code.rawValue)]"]
                + diagnostic.notes.map { "  \($0.message)" }
        }
        markdown = Plan.markdown(ofFailure: "\(heading): \(result)", lines)
    }
}

extension ExitStatus {
    /// For scripts that would rather compare a word.
    fileprivate var word: String {
        switch self {
        case .done, .changesPending: "done"
        case .error: "error"
        case .invalidManifests: "invalid"
        case .runsFailed: "runs-failed"
        case .locked: "locked"
        case .stalePlan: "stale"
        case .timedOut: "timed-out"
        case .interrupted: "interrupted"
        }
    }
}

extension PlanOutcome {
    fileprivate init(_ result: ApplyResult, _ status: ExitStatus) {
        self.init(
            headline: "\(status == .done ? "Done" : status.word): \(result.summary)",
            lines: result.failed.map { "Run/\($0.name) \($0.execution.phase.rawValue): \($0.execution.message)" })
    }
}
