extension Rule {
    /// What can end the process or silence the compiler needs a proof that it won't, right above it.
    static let unsafeCode = Rule.perFile("no trap without a proof") { file in
        guard file.isSwift else { return [] }
        return file.code.enumerated().flatMap { index, line -> [Finding] in
            let traps = ["try!", "as!", "fatalError(", "@unchecked Sendable", "nonisolated(unsafe)"]
            return traps.filter { line.contains($0) && !hasProof(above: index, in: file) }
                .map { Finding(file, line: index + 1, "\($0) without a “Proof:” in the comment above") }
        }
    }

    static let markers = Rule.perLine(
        "nothing is left for later",
        in: { !$0.path.hasSuffix(".csv") && $0.path != "LICENSE" },
        lines: \.lines
    ) { line in
        // Put together here, so that the rule does not find itself.
        ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
            .first { line.containsWord($0) }
            .map { "\($0) is left over: do it, or drop it" }
    }

    static let lineWidth = Rule.perLine("lines fit", in: \.isSwift, lines: \.lines) { line in
        line.count > 120 ? "\(line.count) characters, at most 120 fit" : nil
    }

    static let fileLength = Rule.perFile("files are of one idea") { file in
        let length = file.lines.count
        let isWritten = [".swift", ".py", ".sh", ".yaml", ".yml"].contains { file.path.hasSuffix($0) }
        return isWritten && length > 600 ? [Finding(file, line: 601, "\(length) lines, at most 600: split it")] : []
    }

    /// A name that fits everything says nothing, and so collects everything.
    static let fileNames = Rule.perFile("files are named for their idea") { file in
        let empty: Set<String> = [
            "util", "utils", "utility", "utilities", "helper", "helpers", "manager", "managers", "common",
        ]
        let stem = file.path.split(separator: "/").dropLast() + [file.name.split(separator: ".").first ?? ""]
        return stem.flatMap(camelWords)
            .filter(empty.contains)
            .map { Finding(file, "“\($0)” names no idea: say what it is for") }
    }

    /// Diagnostic codes are promises to whoever searches for them: one code, one meaning, one owner.
    static let diagnosticCodes = Rule("each diagnostic code is declared once") { files in
        let uses = files.filter { $0.isSwift && $0.module != nil && !$0.isOfCatalogue }.flatMap(codes)
        let misplaced = uses.compactMap { use -> Finding? in
            guard use.file.name.contains("Diagnostics") else {
                return Finding(use.file, line: use.line, "\(use.code) stands outside a Diagnostics file")
            }
            let digit = use.file.module.flatMap { House.module(named: $0) }?.codeDigit
            guard let digit, use.code.dropFirst(3).first == digit else {
                let own = digit.map { "begin with SLW\($0)" } ?? "do not exist"
                return Finding(use.file, line: use.line, "\(use.code): the codes of this module \(own)")
            }
            return nil
        }
        let repeated = Dictionary(grouping: uses, by: \.code).values.flatMap { same -> [Finding] in
            guard let first = same.first else { return [] }
            return same.dropFirst().map {
                Finding($0.file, line: $0.line, "\($0.code) is declared already at \(first.file.path):\(first.line)")
            }
        }
        return (misplaced + repeated).sorted { ($0.path, $0.line, $0.message) < ($1.path, $1.line, $1.message) }
    }

    /// Whoever meets a code can look it up: each has one page, in the catalogue of the module that declares it.
    static let cataloguePages = Rule("each diagnostic code has one page") { files in
        let uses = files.filter { $0.isSwift && $0.module != nil }.flatMap(codes)
        func place(_ use: CodeUse) -> String { "\(use.file.module ?? "") \(use.code)" }
        let declared = Set(uses.filter { !$0.file.isOfCatalogue }.map(place))
        let pages = Dictionary(grouping: uses.filter(\.file.isOfCatalogue), by: place)
        var findings: [Finding] = []
        for use in uses where !use.file.isOfCatalogue && pages[place(use)] == nil {
            let folder = "Sources/\(use.file.module ?? "")/Catalogue"
            findings.append(Finding(use.file, line: use.line, "\(use.code) has no page in \(folder)"))
        }
        for (_, same) in pages {
            for use in same.dropFirst() {
                findings.append(Finding(use.file, line: use.line, "\(use.code) has a page already"))
            }
            for use in same.prefix(1) where !declared.contains(place(use)) {
                findings.append(Finding(use.file, line: use.line, "\(use.code) is declared nowhere in this module"))
            }
        }
        return findings.sorted { ($0.path, $0.line, $0.message) < ($1.path, $1.line, $1.message) }
    }

    /// The repository is for every machine: a folder of somebody's own would be a lie on all others.
    static let machinePaths = Rule.perLine("no path of one machine", in: { _ in true }, lines: \.lines) { line in
        // Put together here, so that the rule does not find itself.
        ["work", "root"].map { "/\($0)/" }
            .first { folder in
                // After a word or a closing sign it is the end of a relative path, such as `runs/<run>/work/`.
                line.ranges(of: folder).contains { range in
                    guard range.lowerBound > line.startIndex else { return true }
                    let before = line[line.index(before: range.lowerBound)]
                    return !before.isWordCharacter && !".)}>]*~-$".contains(before)
                }
            }
            .map { "\($0) is a folder of one machine" }
    }

    /// Whether the unbroken comment above a line, or beside it, argues that the line is safe.
    private static func hasProof(above index: Int, in file: TextFile) -> Bool {
        if file.lines[index].contains("Proof:") { return true }
        let above = file.lines[..<index].reversed().prefix { line in
            let content = line.drop(while: \.isWhitespace)
            return content.hasPrefix("//") || content.hasPrefix("@")
        }
        return above.contains { $0.contains("Proof:") }
    }

    private static func camelWords(_ name: Substring) -> [String] {
        var words: [String] = [""]
        var previousWasLower = false
        for character in name {
            if !character.isLetter || (character.isUppercase && previousWasLower) { words.append("") }
            if character.isLetter { words[words.count - 1] += character.lowercased() }
            previousWasLower = character.isLowercase
        }
        return words
    }

    private struct CodeUse {
        let file: TextFile
        let line: Int
        let code: String
    }

    private static func codes(in file: TextFile) -> [CodeUse] {
        guard file.text.contains("\"SLW") else { return [] }
        return file.lines.enumerated().flatMap { index, line in
            line.split(separator: "\"")
                .filter { $0.hasPrefix("SLW") && $0.count == 7 && $0.dropFirst(3).allSatisfy(\.isWholeNumber) }
                .map { CodeUse(file: file, line: index + 1, code: String($0)) }
        }
    }
}
