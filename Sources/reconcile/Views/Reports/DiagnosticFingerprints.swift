import Manifests
import YAML

/// What tells one diagnostic from another, and is the same in the next commit: its code, file and message, and the text
/// of its line, but not where that line is. Of those that agree in all of this, the order counts.
struct DiagnosticFingerprints {
    private var seen: [Digest: Int] = [:]

    /// 64 hexadecimal digits; to be asked once for each, in their order.
    mutating func next(_ diagnostic: Diagnostic) -> String {
        let parts = [
            diagnostic.code.rawValue, diagnostic.location?.path ?? "", diagnostic.message,
            diagnostic.location?.line ?? "",
        ]
        // With their lengths, so that nothing can be written into one part that reads as two.
        let content = Digest(of: parts.map { "\($0.utf8.count):\($0)" }.joined())
        let ordinal = seen[content, default: 0]
        seen[content] = ordinal + 1
        return ordinal == 0 ? content.hex : Digest(of: "\(content.hex) \(ordinal)").hex
    }
}
