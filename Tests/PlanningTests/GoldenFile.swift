import Foundation
import Testing

/// Compares with a file, or writes it where SLIPWAY_UPDATE_GOLDEN is set.
///
/// - Parameter name: relative to the folder of these tests.
func expectGolden(_ text: String, _ name: String, at location: SourceLocation = #_sourceLocation) throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(name)
        .standardizedFileURL
    if ProcessInfo.processInfo.environment["SLIPWAY_UPDATE_GOLDEN"] != nil {
        try Data(text.utf8).write(to: golden)
    }
    #expect(text == String(decoding: try Data(contentsOf: golden), as: UTF8.self), "\(name)", sourceLocation: location)
}
