import Manifests
import Reconciler

/// The newest metrics of an attempt in one short line, for people who watch.
enum MetricsLine {
    private static let most = 4

    /// `accuracy=0.98 loss=0.07`; `nil` where there are none.
    static func last(in path: String) -> String? { RunMetrics.last(in: path).flatMap(text) }

    static func text(_ values: [String: JSONValue]) -> String? {
        let shown = values.sorted { $0.key < $1.key }.filter { $0.value.double != nil }.prefix(most)
        return shown.isEmpty ? nil : shown.map { "\($0.key)=\($0.value.canonicalText)" }.joined(separator: " ")
    }
}
