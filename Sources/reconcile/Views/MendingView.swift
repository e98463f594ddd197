import Planning
import Reconciler
import YAML

/// What was mended in manifests, a line each.
struct MendingView {
    let report: MendingReport
    /// Whether it was written, too.
    let isWritten: Bool

    var lines: [String] {
        let verb = isWritten ? "fixed" : "would fix"
        let mended = report.mended.map { diagnostic in
            let place = diagnostic.location.map { "\($0) ".printable } ?? ""
            return "\(verb): \(place)\(diagnostic.code.rawValue) \(diagnostic.message.printable)"
        }
        let count = DiagnosticView.count(report.mended.count, "finding") ?? "nothing"
        let files = DiagnosticView.count(report.changes.count, "file").map { " in \($0)" } ?? ""
        return mended + ["\(verb) \(count)\(files)"]
    }
}
