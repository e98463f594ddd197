import Foundation
import Manifests
import Records

/// The newest metrics of an attempt in one short line, for people who watch.
enum MetricsLine {
    /// How much of the file's end is read.
    private static let tail = 4096
    private static let most = 4

    /// `accuracy=0.98 loss=0.07`; `nil` where there are none.
    static func last(in path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let end = try? file.seekToEnd() else { return nil }
        try? file.seek(toOffset: end > UInt64(tail) ? end - UInt64(tail) : 0)
        guard let data = try? file.readToEnd(),
            let line = data.split(separator: UInt8(ascii: "\n")).last,
            case .object(let values)? = try? JSONValue(parsing: Array(line))
        else { return nil }
        let shown = values.sorted { $0.key < $1.key }.filter { $0.value.double != nil }.prefix(most)
        return shown.isEmpty ? nil : shown.map { "\($0.key)=\($0.value.canonicalText)" }.joined(separator: " ")
    }
}
