import Manifests
import Records
import YAML

/// What came of a plan, in words.
public struct PlanOutcome: Sendable, Hashable {
    /// One sentence.
    public var headline: String
    /// What is worth a line of its own, such as each run that failed.
    public var lines: [String]

    public init(headline: String, lines: [String] = []) {
        self.headline = headline
        self.lines = lines
    }
}

extension Plan {
    /// By this first line a program finds the comment that it wrote before, and writes it anew.
    public static let commentMark = "<!-- slipway-plan -->"

    /// The bytes that any forge takes as one comment, with some room: GitHub's limit is 65,536 characters.
    public static let commentBytes = 60_000

    /// The least that a plan's markdown may be limited to: its head is bounded, and has room in this.
    public static let leastMarkdownBytes = 40_000

    /// The plan as a comment on a proposal: counts, what it costs, refusals and warnings, then all actions, folded.
    ///
    /// What does not fit is left out and counted. Names and values are other people's: they stand in code only, and can
    /// neither end it nor mention anybody.
    ///
    /// - Parameter limit: bytes of UTF-8, at least `leastMarkdownBytes`.
    public func markdown(
        in context: PlanContext, outcome: PlanOutcome? = nil, atMost limit: Int = Plan.commentBytes
    ) -> String {
        var page = [Self.commentMark, "### \(summaryLine)", "", context.sentence, ""]
        if let outcome {
            page += ["**\(MarkdownText.plain(outcome.headline))**", ""]
            if !outcome.lines.isEmpty { page += [Self.block(outcome.lines), ""] }
        }
        if !refusals.isEmpty { page += ["**Refused: this plan may not be applied.**", "", Self.block(refusals), ""] }
        if !warnings.isEmpty { page += ["**Warnings**", "", Self.block(warnings), ""] }
        if !drift.isEmpty {
            page += [
                "**Drift: not as it is recorded**", "", Self.block(drift.map { "\($0.operation.symbol) \($0.line)" }),
                "",
            ]
        }
        page += countTable + demandTable
        let head = page.joined(separator: "\n")
        return head + "\n" + details(atMost: max(limit, Self.leastMarkdownBytes) - head.utf8.count - 1)
    }

    /// Why there was nothing to plan or apply, in the same form.
    public static func markdown(ofFailure headline: String, _ lines: [String]) -> String {
        "\(commentMark)\n### \(MarkdownText.plain(headline))\n\n" + block(lines) + "\n"
    }

    // MARK: The head, whose every part is bounded

    /// How many lines of one part are shown.
    private static let mostLines = 12
    private static let lineBytes = 400

    private static func block(_ diagnostics: [Diagnostic]) -> String {
        block(
            diagnostics.map { diagnostic in
                let place = diagnostic.location.map { "\($0): " } ?? ""
                return "\(place)\(diagnostic.message) [\(diagnostic.code.rawValue)]"
            })
    }

    private static func block(_ lines: [String]) -> String {
        var shown = lines.prefix(mostLines).map { $0.visible(inBytes: lineBytes) }
        if lines.count > mostLines { shown.append("and \(lines.count - mostLines) more") }
        return MarkdownText.block(shown, language: "text")
    }

    private var countTable: [String] {
        guard !actions.isEmpty else { return [] }
        let operations = Operation.allCases
        var rows = [
            "| | \(operations.map(\.rawValue).joined(separator: " | ")) |",
            "|:--|\(operations.map { _ in "--:" }.joined(separator: "|"))|",
        ]
        for kind in Kind.allCases.sorted(by: { $0.order < $1.order }) {
            let own = Plan(actions: actions.filter { $0.key.kind == kind })
            guard !own.actions.isEmpty else { continue }
            rows.append("| \(kind.rawValue) | \(operations.map { "\(own.count($0))" }.joined(separator: " | ")) |")
        }
        return rows + [""]
    }

    private var demandTable: [String] {
        let runs = demand.reduce(0) { $0 + $1.runs }
        guard runs > 0 else { return ["No run starts.", ""] }
        var rows = ["**\(runs == 1 ? "1 run starts" : "\(runs) runs start").** All of them together ask for:", ""]
        rows += ["| queue | runs | GPUs | CPUs | memory |", "|:--|--:|--:|--:|--:|"]
        for queue in demand.prefix(Self.mostLines) {
            let cpus = queue.millicores.map { "\(CPUQuantity(millicores: $0))" } ?? "–"
            let memory = queue.memory.map { "\(ByteQuantity(bytes: $0))" } ?? "–"
            rows.append(
                "| \(MarkdownText.cell("\(queue.queue)")) | \(queue.runs) | \(queue.gpus) | \(cpus) | \(memory) |")
        }
        if demand.count > Self.mostLines {
            let rest = demand.dropFirst(Self.mostLines)
            rows.append("| and \(rest.count) more queues | \(rest.reduce(0) { $0 + $1.runs }) | | | |")
        }
        return rows + [""]
    }

    // MARK: The actions

    /// What is lost comes first, so that it is the last to be left out.
    private static let order: [Operation] = [.delete, .replace, .update, .create, .run, .satisfied, .unchanged]

    private func details(atMost room: Int) -> String {
        let shown = Self.order.flatMap { operation in
            actions.filter { $0.operation == operation && (operation != .unchanged || $0.reason == .pruneProtected) }
        }
        let flight = inFlight.prefix(Self.mostLines).map { run in
            "  Run/\(run.name)  \(run.phase.rawValue): \(run.message)".visible(inBytes: Self.lineBytes)
        }
        guard !shown.isEmpty || !flight.isEmpty else { return "" }
        let title = shown.isEmpty ? "Under way" : "\(shown.count) \(shown.count == 1 ? "action" : "actions")"
        // What stands around the lines, with the longest sentence about what is left out.
        var left = room - 600 - flight.reduce(0) { $0 + $1.utf8.count + 1 }
        var lines: [String] = []
        var fence = MarkdownText.fence(around: flight).utf8.count
        var count = 0
        for action in shown {
            let own = action.diffLines
            fence = max(fence, MarkdownText.fence(around: own).utf8.count)
            let size = own.reduce(0) { $0 + $1.utf8.count + 1 }
            guard left - size - 2 * fence >= 0 else { break }
            left -= size
            lines += own
            count += 1
        }
        if !flight.isEmpty {
            lines += (lines.isEmpty ? [] : [""]) + ["  Under way:"] + flight
            if inFlight.count > flight.count { lines.append("  and \(inFlight.count - flight.count) more") }
        }
        let rest = Plan(actions: Array(shown.dropFirst(count)))
        let parts = Self.order.filter { rest.count($0) > 0 }.map { "\(rest.count($0)) \($0.rawValue)" }
        let cut =
            rest.actions.isEmpty
            ? ""
            : "\n**\(rest.actions.count) of \(shown.count) actions are left out here** "
                + "(\(parts.joined(separator: ", "))): `reconcile plan` shows all of them.\n"
        return "<details><summary>\(title)</summary>\n\n"
            + MarkdownText.block(lines, language: "diff") + "\n\n</details>\n" + cut
    }
}

extension PlanContext {
    fileprivate var sentence: String {
        let own = "Revision \(MarkdownText.code(revision.description)), compared with "
        guard let base else { return own + "what is recorded." }
        return own + "\(MarkdownText.code(base.reference)) (\(MarkdownText.code(String(base.commit.prefix(12))))) "
            + "from files alone, as if all that is wanted there had been done."
    }
}

extension Action {
    /// As a `diff` block shows it: marks in the first column, a field's old and new value each on a line.
    fileprivate var diffLines: [String] {
        // The place is worth more than the end of a long message.
        let place = cause.map { "  \($0)" } ?? ""
        let head = "\(operation.symbol) \(key)  \(message)"
        var lines = [head.visible(inBytes: 600) + place.visible(inBytes: 600)]
        for field in fields.prefix(20) {
            let path = field.path.joined(separator: ".").visible(inBytes: 300)
            if let before = field.before { lines.append("-     \(path): \(before.brief.visible(inBytes: 300))") }
            if let after = field.after { lines.append("+     \(path): \(after.brief.visible(inBytes: 300))") }
        }
        if fields.count > 20 { lines.append("      and \(fields.count - 20) more fields") }
        return lines
    }
}
