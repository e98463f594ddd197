import Manifests
import Planning
import Reconciler
import Records

/// What a reproduction gave, beside what its original gave.
struct ReproductionView {
    let style: TextStyle

    func text(_ report: ReproductionReport) -> String {
        let reproduction = report.reproduction
        var lines = [
            "Run/\(report.run.name), attempt \(reproduction.original), reproduced as \(reproduction.number)", "",
        ]
        lines.append(line(report.hasSameOutcome, "how it ended", ending(report)))
        for output in report.outputs {
            lines.append(line(output.isSame, "output \(output.path)", contents(output)))
            lines += output.files.map { "      \($0.path.printable)  \($0.change.rawValue)" }
            if output.moreFiles > 0 { lines.append("      and \(output.moreFiles) more") }
        }
        for metric in report.metrics {
            lines.append(line(metric.isSame, "metric \(metric.name)", values(metric)))
        }
        lines += report.notCompared.map { "  \(style.mark("?", .caution)) \($0.printable)" }
        let count = report.differences.count
        let verdict =
            switch report.verdict {
            case .same: "The same"
            case .differs: "It differs: \(count) difference\(count == 1 ? "" : "s")"
            case .incomplete: "Nothing differs, but not everything could be compared"
            }
        return (lines + ["", verdict]).joined(separator: "\n")
    }

    private func line(_ isSame: Bool, _ what: String, _ how: String) -> String {
        "  \(isSame ? style.mark("=", .good) : style.mark("≠", .bad)) \(what.printable)  \(how.printable)"
    }

    private func ending(_ report: ReproductionReport) -> String {
        report.hasSameOutcome
            ? report.found.message : "\(report.found.message); before, \(report.expected.message)"
    }

    private func contents(_ output: ReproductionReport.Output) -> String {
        func shown(_ digest: OutputDigest?) -> String {
            switch digest {
            case .file(let digest, let size)?: "\(digest.short) (\(ByteCount.text(size)))"
            case .folder(let digest, let size)?: "folder \(digest.short) (\(ByteCount.text(size)))"
            case .unreadable(let why)?: "has no digest: \(why)"
            case nil: "none"
            }
        }
        return output.isSame ? shown(output.found) : "\(shown(output.expected)) → \(shown(output.found))"
    }

    private func values(_ metric: ReproductionReport.Metric) -> String {
        func shown(_ value: JSONValue?) -> String { value?.canonicalText ?? "none" }
        guard metric.expected != metric.found else { return shown(metric.found) }
        return "\(shown(metric.expected)) → \(shown(metric.found))"
    }
}
