import Foundation
import YAML

/// What is piped into the command.
enum StandardInput {
    /// Manifests; of more than a file may have, just so much that it is seen to be too much.
    static func manifests() throws -> [UInt8] {
        let most = YAMLLimits.default.documentBytes + 1
        var bytes = Data()
        while bytes.count < most,
            let piece = try FileHandle.standardInput.read(upToCount: min(1 << 16, most - bytes.count)), !piece.isEmpty
        {
            bytes += piece
        }
        return Array(bytes)
    }
}
