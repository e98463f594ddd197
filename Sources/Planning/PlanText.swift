import Manifests
import Records

extension Plan {
    /// The plan for a person: what changes, why and where from; what does not is only counted.
    ///
    /// - Parameter showsFields: whether each changed field gets a line of its own.
    public func text(style: TextStyle = .plain, showsFields: Bool = true) -> String {
        let shown = actions.filter { $0.operation != .unchanged || $0.reason == .pruneProtected }
        var lines: [String] = []
        let names = shown.map(\.key.description)
        let width = min(48, names.map(\.count).max() ?? 0)
        for (action, name) in zip(shown, names) {
            let symbol =
                String(repeating: " ", count: max(0, 3 - action.operation.symbol.count)) + action.operation.symbol
            let padding = String(repeating: " ", count: max(0, width - name.count))
            let place = action.cause.map { "  \(style.mark($0.description.printable, .faint))" } ?? ""
            lines.append(
                "\(style.mark(symbol, action.operation.tone)) \(name)\(padding)  \(action.message.printable)\(place)")
            if showsFields { lines += fieldLines(of: action, style: style) }
        }
        if !inFlight.isEmpty {
            if !lines.isEmpty { lines.append("") }
            lines.append("Under way:")
            for run in inFlight.prefix(Self.listed) {
                lines.append("    Run/\(run.name)  \(run.phase.rawValue): \(run.message)")
            }
            if inFlight.count > Self.listed { lines.append("    and \(inFlight.count - Self.listed) more") }
        }
        if !drift.isEmpty {
            if !lines.isEmpty { lines.append("") }
            lines.append("Drift (not committed; what is there is not what is recorded):")
            for item in drift.prefix(Self.listed) {
                lines.append("\(style.mark("  \(item.operation.symbol)", .caution)) \(item.line)")
            }
            if drift.count > Self.listed { lines.append("    and \(drift.count - Self.listed) more") }
        }
        if !lines.isEmpty { lines.append("") }
        lines.append(style.mark(summaryLine, .strong))
        return lines.joined(separator: "\n") + "\n"
    }

    /// How many runs under way are named.
    private static let listed = 20

    /// Always the last line, with the verbs always in this order; replace and satisfied are named where there are any.
    public var summaryLine: String {
        var parts = ["\(count(.create)) create", "\(count(.update)) update"]
        if count(.replace) > 0 { parts.append("\(count(.replace)) replace") }
        parts += ["\(count(.delete)) delete", "\(count(.run)) run"]
        if count(.satisfied) > 0 { parts.append("\(count(.satisfied)) satisfied") }
        parts.append("\(count(.unchanged)) unchanged")
        return "Plan: " + parts.joined(separator: ", ")
    }

    private func fieldLines(of action: Action, style: TextStyle) -> [String] {
        // One or two fields are in the message already.
        guard action.fields.count > 2 else { return [] }
        return action.fields.map { field in
            let path = field.path.joined(separator: ".")
            let before = field.before.map { style.mark($0.brief, .bad) }
            let after = field.after.map { style.mark($0.brief, .good) }
            switch (before, after) {
            case (let before?, let after?): return "      ~ \(path): \(before) → \(after)"
            case (nil, let after?): return "      + \(path): \(after)"
            case (let before?, nil): return "      - \(path): \(before)"
            case (nil, nil): return "      ~ \(path)"
            }
        }
    }
}

extension Operation {
    var tone: TextStyle.Tone {
        switch self {
        case .create: .good
        case .update, .replace: .caution
        case .delete: .bad
        case .run: .accent
        case .satisfied, .unchanged: .faint
        }
    }
}
