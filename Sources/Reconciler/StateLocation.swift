import Foundation
import YAML

/// Where a user wants the state: the value of `--state` or `SLIPWAY_STATE`.
public struct StateLocation: Sendable, Hashable {
    /// The absolute path of a SQLite file; `nil` for the default.
    public let path: String?

    /// - Throws: a `Diagnostic` for a kind of state that this version does not have.
    public init(_ url: String?) throws {
        guard var text = url, !text.isEmpty else {
            path = nil
            return
        }
        if text.hasPrefix("sqlite:") {
            text = String(text.dropFirst("sqlite:".count))
        } else if text == "git" || ["git:", "postgres:", "postgresql:"].contains(where: text.hasPrefix) {
            throw Diagnostic.stateUnsupported(text)
        }
        path = URL(fileURLWithPath: text).path
    }
}
