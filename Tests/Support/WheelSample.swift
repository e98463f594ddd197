import Foundation

/// A wheel that a test makes byte by byte, so that it can also be one that no honest tool writes.
public struct WheelSample {
    public var name: String
    public var version: String
    /// Python, ABI and platform, as in the file's name.
    public var tag = "py3-none-any"
    public var requires: [String] = []
    /// More files, or others in the place of those that a wheel has.
    public var files: [String: String] = [:]
    /// The names of those that are executable, and of those that are symbolic links.
    public var executables: Set<String> = []
    public var links: Set<String> = []

    public init(_ name: String, _ version: String) {
        self.name = name
        self.version = version
    }

    public var fileName: String { "\(name)-\(version)-\(tag).whl" }

    /// A module of the wheel's name that knows its version, and two commands.
    private var content: [(String, String)] {
        let info = "\(name)-\(version).dist-info"
        let script = "\(name)-\(version).data/scripts/\(name)-script"
        let needs = requires.map { "Requires-Dist: \($0)\n" }.joined()
        let own = [
            "\(name).py": "version = '\(version)'\ndef main():\n    print(version)\n",
            "\(info)/METADATA": "Metadata-Version: 2.1\nName: \(name)\nVersion: \(version)\n\(needs)",
            "\(info)/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: \(tag)\n",
            "\(info)/entry_points.txt": "[console_scripts]\n\(name)-tool = \(name):main\n",
            script: "#!python\nprint('script')\n",
        ].merging(files) { _, other in other }
        let record = own.keys.sorted().map { "\($0),,\n" }.joined() + "\(info)/RECORD,,\n"
        return own.sorted { $0.key < $1.key } + (files["\(info)/RECORD"] == nil ? [("\(info)/RECORD", record)] : [])
    }

    /// Puts the wheel into a folder.
    public func write(into folder: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(fileName)"))
    }

    /// A ZIP archive whose members are not compressed.
    public var bytes: [UInt8] {
        var archive: [UInt8] = []
        var directory: [UInt8] = []
        for (path, text) in content {
            let (name, data) = (Array(path.utf8), Array(text.utf8))
            let isExecutable = executables.contains(path) || path.contains("/scripts/")
            let mode = links.contains(path) ? 0o120777 : isExecutable ? 0o100755 : 0o100644
            let common =
                little(20, 2) + little(0x800, 2) + little(0, 2) + little(0, 2) + little(0x21, 2)
                + little(Int(Self.checksum(data)), 4) + little(data.count, 4) + little(data.count, 4)
                + little(name.count, 2) + little(0, 2)
            directory +=
                little(0x0201_4B50, 4) + little(0x0314, 2) + common + little(0, 2) + little(0, 2) + little(0, 2)
                + little(mode << 16, 4) + little(archive.count, 4) + name
            archive += little(0x0403_4B50, 4) + common + name + data
        }
        let count = content.count
        return archive + directory + little(0x0605_4B50, 4) + little(0, 4) + little(count, 2) + little(count, 2)
            + little(directory.count, 4) + little(archive.count, 4) + little(0, 2)
    }

    private func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = .max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return ~sum
    }
}
