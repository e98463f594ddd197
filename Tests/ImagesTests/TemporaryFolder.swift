import Foundation
import Synchronization
import Testing

@testable import Images

/// A folder that goes away with the value.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
        path = "\(base)/slipway-images-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String, _ text: String, executable: Bool = false) throws {
        let file = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: executable ? 0o755 : 0o644], ofItemAtPath: file)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

    func names(_ folder: String = ".") throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: "\(path)/\(folder)").sorted()
    }
}

/// The output of a tool that must succeed.
func output(_ executable: String, _ arguments: [String], _ environment: [String: String] = [:]) async throws -> String {
    let process = ToolProcess(
        executable: executable, arguments: arguments, environment: environment, workingFolder: "/",
        deadline: .seconds(60))
    let outcome = try await process.run { _ in }
    try #require(outcome.status == 0, "\(executable): \(outcome.lastLines.joined(separator: "\n"))")
    return outcome.lastLines.joined(separator: "\n")
}

func isTool(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }

/// The lines that a tool printed, from whichever thread they came.
final class Recorder: Sendable {
    private let recorded = Mutex<[String]>([])

    var lines: [String] { recorded.withLock { $0 } }

    func record(_ line: String) { recorded.withLock { $0.append(line) } }
}
