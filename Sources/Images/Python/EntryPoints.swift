import Manifests
import YAML

/// The commands that a package declares (PyPA, Entry points), and the scripts that start them.
enum EntryPoints {
    /// Names and `module:function`, sorted by name.
    ///
    /// - Throws: a `Diagnostic` for a name that is none of a file.
    static func read(_ path: String, of wheel: Wheel) throws -> [(String, Function)] {
        guard try FileAccess.status(path) != nil else { return [] }
        var isCommands = false
        var result: [String: Function] = [:]
        let text = String(decoding: try FileAccess.read(path, limit: 1 << 20), as: UTF8.self)
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard let first = words.first, !first.hasPrefix("#"), !first.hasPrefix(";") else { continue }
            if first.hasPrefix("[") {
                isCommands = ["[console_scripts]", "[gui_scripts]"].contains(words.joined())
            } else if isCommands {
                let parts = words.joined().split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { continue }
                guard isFileName(parts[0]) else {
                    throw Diagnostic.wheelRefused(
                        wheel.name.pin, "its command \(Diagnostic.quoted(parts[0])) has a name that is none of a file")
                }
                // What is after “[” are extras, which a command does not need.
                guard let function = Function(parts[1].prefix { $0 != "[" }) else { continue }
                result[parts[0]] = function
            }
        }
        return result.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func isFileName(_ name: String) -> Bool {
        name != "." && name != ".." && name.utf8.count <= 255
            && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
    }

    /// A function of a module, by names that Python could have; a package might put code in their place.
    struct Function: Sendable, Hashable {
        let module: String
        let name: String

        init?(_ text: some StringProtocol) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isNamePart) }) else {
                return nil
            }
            module = String(parts[0])
            name = String(parts[1])
        }

        private static func isNamePart(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2E, 0x80...: true
            default: false
            }
        }
    }

    /// What pip would have written, but for the first line: the interpreter is the one of the place where it runs.
    static func script(calling function: Function) -> [UInt8] {
        let start = function.name.prefix { $0 != "." }
        let text = """
            #!/usr/bin/env python3
            import sys
            from \(function.module) import \(start)
            if __name__ == "__main__":
                sys.exit(\(function.name)())

            """
        return Array(text.utf8)
    }
}
