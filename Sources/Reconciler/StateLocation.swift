import Foundation
public import Store
import YAML

/// Where a user wants the state: the value of `--state` or `SLIPWAY_STATE`.
public struct StateLocation: Sendable, Hashable {
    /// `nil` for the default.
    public let address: StateAddress?

    /// - Throws: a `Diagnostic` for a kind of state that this version does not have.
    public init(_ url: String?) throws {
        guard var text = url, !text.isEmpty else {
            address = nil
            return
        }
        if StateAddress.isPostgres(text) {
            address = .postgres(url: text)
            return
        }
        if text.hasPrefix("sqlite:") {
            text = String(text.dropFirst("sqlite:".count))
        } else if text == "git" || ["git:", "postgres:", "postgresql:"].contains(where: text.hasPrefix) {
            throw Diagnostic.stateUnsupported(text.hasPrefix("postgres") ? StateAddress.redacted(text) : text)
        }
        address = .sqlite(path: URL(fileURLWithPath: text).path)
    }
}
