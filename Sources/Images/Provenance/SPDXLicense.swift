import YAML

/// What of a package's own words about its licence is an SPDX expression.
///
/// A wrong licence is worse than none: only what is beyond doubt is taken, and the package's words are kept beside it.
enum SPDXLicense {
    static let unknown = "NOASSERTION"

    static func declared(by package: PythonDistribution) -> String {
        if let expression = package.licenseExpression { return isExpression(expression) ? expression : unknown }
        if let license = package.license, known.contains(license) { return license }
        let found = Set(package.licenseClassifiers.compactMap { classifiers[$0] })
        // Of several nobody says whether they are a choice or a sum.
        return found.count == 1 && package.licenseClassifiers.count == 1 ? found.first ?? unknown : unknown
    }

    /// The package's words, where they say more than the expression does; `nil` where there are none.
    static func words(of package: PythonDistribution) -> String? {
        let declared = declared(by: package)
        let words = [package.licenseExpression, package.license].compactMap { $0 } + package.licenseClassifiers
        let more = words.filter { $0 != declared }.map { Diagnostic.printable($0) }
        return more.isEmpty ? nil : "the package's metadata says: " + more.joined(separator: "; ")
    }

    /// Identifiers that packages write into their free text as SPDX does.
    private static let known: Set<String> = [
        "0BSD", "AFL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "Artistic-2.0", "BSD-2-Clause",
        "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later",
        "HPND", "ISC", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0",
        "MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib", "ZPL-2.1",
    ]

    /// Classifiers that mean exactly one licence; “BSD License” and its like mean several.
    private static let classifiers = [
        "MIT License": "MIT",
        "MIT No Attribution License (MIT-0)": "MIT-0",
        "ISC License (ISCL)": "ISC",
        "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
        "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
        "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
        "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
        "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
        "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
        "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
        "The Unlicense (Unlicense)": "Unlicense",
        "Boost Software License 1.0 (BSL-1.0)": "BSL-1.0",
    ]

    /// Whether a text has the form of an expression (SPDX 2.3, annex D): identifiers with AND, OR, WITH and
    /// parentheses. Which identifiers there are changes with every edition of the list, so that is not asked.
    static func isExpression(_ text: String) -> Bool {
        guard text.utf8.count <= 1000 else { return false }
        var words: [String] = []
        var word = ""
        func end(_ words: inout [String]) {
            if !word.isEmpty { words.append(word) }
            word = ""
        }
        for character in text {
            switch character {
            case " ": end(&words)
            case "(", ")":
                end(&words)
                words.append(String(character))
            case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "+": word.append(character)
            default: return false
            }
        }
        end(&words)
        // An operand and an operator take turns, with as many parentheses closed as were opened.
        var depth = 0
        var wantsOperand = true
        for word in words {
            switch (word, wantsOperand) {
            case ("(", true): depth += 1
            case (")", false):
                depth -= 1
                guard depth >= 0 else { return false }
            case ("AND", false), ("OR", false), ("WITH", false): wantsOperand = true
            case ("(", _), (")", _), ("AND", _), ("OR", _), ("WITH", _): return false
            case (_, true): wantsOperand = false
            case (_, false): return false
            }
        }
        return depth == 0 && !wantsOperand
    }
}
