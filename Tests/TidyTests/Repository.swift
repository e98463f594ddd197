import Foundation

/// The files of this repository, as a commit would hold them.
enum Repository {
    /// Found from this file's own place, so that the tests do not depend on where they are started.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// Every text file in the order of its path, read once; what tools make and binary files are left out.
    static let files = Result { try read() }

    private static func read() throws -> [TextFile] {
        let disk = FileManager.default
        var found: [TextFile] = []
        var folders = [""]
        while let folder = folders.popLast() {
            for name in try disk.contentsOfDirectory(atPath: "\(root)/\(folder)") where !isMade(name) {
                let path = folder + name
                switch try disk.attributesOfItem(atPath: "\(root)/\(path)")[.type] as? FileAttributeType {
                case .typeDirectory: folders.append(path + "/")
                case .typeRegular: if let text = try text(at: path) { found.append(TextFile(path: path, text: text)) }
                default: break
                }
            }
        }
        return found.sorted { $0.path < $1.path }
    }

    /// What Git ignores or keeps for itself.
    private static func isMade(_ name: String) -> Bool {
        [".git", ".swiftpm", ".slipway", "__pycache__", ".DS_Store"].contains(name) || name.hasPrefix(".build")
            || name.hasSuffix(".xcodeproj")
    }

    /// The file's text; `nil` for one that is not text.
    private static func text(at path: String) throws -> String? {
        let data = try Data(contentsOf: URL(filePath: "\(root)/\(path)"))
        return data.contains(0) ? nil : String(data: data, encoding: .utf8)
    }
}
