import Images
import Manifests
import Planning
import Reconciler

/// What housekeeping removed, or would remove.
struct HousekeepingView {
    /// The repository's root: what is below it is named relative to it.
    let root: String

    /// The same for a dry run and a real one, but for what came into use between looking and removing.
    func line(_ item: Housekeeping) -> String {
        let kept = item.fate == .kept ? "  (kept: it is in use by now)" : ""
        let thing = item.thing
        return "\(thing.kind.rawValue)  \(path(thing.path))  \(ByteCount.text(thing.bytes))  "
            + thing.reason.printable + kept
    }

    func total(_ items: [Housekeeping], isDry: Bool) -> String {
        let gone = items.filter { $0.fate != .kept }
        guard !gone.isEmpty else { return "Nothing to remove" }
        let bytes = gone.reduce(0) { $0 + $1.thing.bytes }
        let what = "\(gone.count) thing\(gone.count == 1 ? "" : "s"), \(ByteCount.text(bytes))"
        return isDry ? "Would remove \(what)" : "Removed \(what)"
    }

    func json(_ items: [Housekeeping], isDry: Bool) -> JSONValue {
        let gone = items.filter { $0.fate != .kept }
        return .object([
            "formatVersion": .string("1"), "dryRun": .bool(isDry),
            "bytes": .int(gone.reduce(0) { $0 + $1.thing.bytes }),
            "items": .array(
                items.map { item in
                    .object([
                        "kind": .string(item.thing.kind.rawValue), "path": .string(item.thing.path),
                        "bytes": .int(item.thing.bytes), "reason": .string(item.thing.reason),
                        "fate": .string(item.fate.rawValue),
                    ])
                }),
        ])
    }

    private func path(_ path: String) -> String {
        (path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path).printable
    }
}
