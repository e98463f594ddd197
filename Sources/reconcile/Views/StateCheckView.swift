import Manifests
import Planning
import Store

/// What a check of the record found.
struct StateCheckView {
    let style: TextStyle

    func text(_ result: StateCheckResult) -> String {
        var lines = result.findings.map { finding in
            "\(finding.table) \(finding.row.printable): \(style.mark(finding.rule.rawValue, .bad)): "
                + finding.message.printable
        }
        if result.count > result.findings.count {
            lines.append("and \(result.count - result.findings.count) more")
        }
        let counts =
            "\(result.objects) objects, \(result.runs) runs, \(result.attempts) attempts, \(result.events) events"
        let verdict = result.isClean ? "nothing is wrong" : "\(result.count) finding\(result.count == 1 ? "" : "s")"
        lines.append("Checked \(counts): \(verdict)")
        return lines.joined(separator: "\n")
    }

    func json(_ result: StateCheckResult) -> JSONValue {
        .object([
            "formatVersion": .string("1"),
            "valid": .bool(result.isClean),
            "checked": .object([
                "objects": .int(result.objects), "runs": .int(result.runs), "attempts": .int(result.attempts),
                "events": .int(result.events),
            ]),
            "count": .int(Int64(result.count)),
            "findings": .array(
                result.findings.map { finding in
                    .object([
                        "rule": .string(finding.rule.rawValue), "table": .string(finding.table),
                        "row": .string(finding.row), "message": .string(finding.message),
                    ])
                }),
        ])
    }
}
