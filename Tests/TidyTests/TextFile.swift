/// One text file of the repository, by its path from the root.
struct TextFile: Sendable {
    let path: String
    let text: String
    let lines: [Substring]
    /// For Swift: the lines without comments and the contents of strings, numbered as `lines` are. Otherwise `lines`.
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code =
            path.hasSuffix(".swift")
            ? SwiftCode.only(text).split(separator: "\n", omittingEmptySubsequences: false) : lines
    }

    var isSwift: Bool { path.hasSuffix(".swift") }

    var name: Substring { path.split(separator: "/").last ?? "" }

    /// The folder under `Sources/` that the file is in; `nil` elsewhere, and for a file right below `Sources/`.
    var module: Substring? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? parts[1] : nil
    }

    /// Whether it holds pages of diagnostic codes.
    var isOfCatalogue: Bool { path.hasPrefix("Sources/") && path.split(separator: "/").contains("Catalogue") }
}

/// One breach of a rule, at `path:line`.
struct Finding: Sendable, Hashable, CustomStringConvertible {
    let path: String
    let line: Int
    let message: String

    init(_ file: TextFile, line: Int = 1, _ message: String) {
        path = file.path
        self.line = line
        self.message = message
    }

    var description: String { "\(path):\(line): \(message)" }
}

extension Substring {
    /// Whether the word occurs with no letter, digit or underscore on either side.
    func containsWord(_ word: String) -> Bool {
        var rest = self
        while let range = rest.firstRange(of: word) {
            let before = range.lowerBound > startIndex ? self[index(before: range.lowerBound)] : " "
            let after = range.upperBound < endIndex ? self[range.upperBound] : " "
            if !before.isWordCharacter, !after.isWordCharacter { return true }
            rest = self[range.upperBound...]
        }
        return false
    }
}

extension Character {
    var isWordCharacter: Bool { isLetter || isNumber || self == "_" }
}
