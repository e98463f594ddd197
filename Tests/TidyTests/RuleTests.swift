import Testing

/// Each rule finds what it is for, and leaves alone what only looks like it.
@Suite struct RuleTests {
    /// A file, and the places (`line message`) at which a rule must object to it; none where it is fine.
    struct Sample: Sendable, CustomTestStringConvertible {
        let rule: Rule
        let path: String
        let text: String
        let findings: [String]

        init(_ rule: Rule, _ path: String, _ text: String, _ findings: String...) {
            self.rule = rule
            self.path = path
            self.text = text
            self.findings = findings
        }

        var testDescription: String { "\(rule.name): \(path): \(text.prefix { $0 != "\n" }.prefix(60))" }
    }

    @Test(arguments: imports + homesAndReadmes + traps + texts + sizesAndNames + codes)
    func `a rule finds exactly what it is for`(sample: Sample) {
        let found = sample.rule.findings([TextFile(path: sample.path, text: sample.text)])
        #expect(found.map { "\($0.line) \($0.message)" } == sample.findings)
        #expect(found.allSatisfy { $0.description.hasPrefix("\(sample.path):\($0.line): ") })
    }

    static let imports = [
        Sample(.imports, "Sources/Planning/Plan.swift", "public import YAML\nimport Manifests\nimport Records\n"),
        Sample(
            .imports, "Sources/Records/Run.swift", "import Foundation\n#if canImport(Glibc)\nimport Glibc\n#endif\n"),
        Sample(
            .imports, "Sources/Manifests/Job.swift", "internal import YAML\n\npublic import Records\n",
            "3 Manifests imports Records, which stands above it"),
        Sample(
            .imports, "Sources/Agents/Agent.swift", "@preconcurrency private import struct Reconciler.Loop",
            "1 Agents imports Reconciler, which stands above it"),
        Sample(.imports, "Sources/Store/Store.swift", "import GRDB"),
        Sample(
            .imports, "Sources/Planning/Plan.swift", "import GRDB\nimport CArchive",
            "1 Planning imports GRDB, which is for Store alone",
            "2 Planning imports CArchive, which is for Images alone"),
        Sample(
            .imports, "Sources/Engines/Spawn.swift", "import Subprocess",
            "1 Engines imports Subprocess, which is for Images and Reconciler alone"),
        Sample(
            .imports, "Sources/YAML/Node.swift", "import Yams\nimport FoundationNetworking",
            "1 YAML imports Yams, which the house does not know",
            "2 YAML imports FoundationNetworking, which the house does not know"),
        Sample(
            .imports, "Sources/YAML/Node.swift",
            "// import Store\nlet text = \"import Store\"\nlet long = \"\"\"\n    import Store\n    \"\"\"\n"),
        Sample(.imports, "Tests/YAMLTests/NodeTests.swift", "import Store"),
    ]

    static let homesAndReadmes = [
        Sample(.homes, "Sources/Store/Schema/Tables.swift", "struct Tables {}"),
        Sample(.homes, "Sources/Misc/Thing.swift", "struct Thing {}", "1 Misc is no module of the house"),
        Sample(.homes, "Sources/Thing.swift", "struct Thing {}", "1 belongs to no module"),
        Sample(
            .homes, "Sources/CLibYAML/Parser.swift", "struct Parser {}",
            "1 CLibYAML holds a module map and nothing else"),
        Sample(.readmes, "Sources/Store/README.md", "# Store\n\nQueries. Plans do not belong here.\n"),
        Sample(.readmes, "Sources/Store/README.md", "# Store\n", "1 does not say what does not belong here"),
        Sample(.readmes, "Sources/Store/Store.swift", "", "1 Sources/Store has no README.md"),
        Sample(.readmes, "Sources/CLibYAML/module.modulemap", "module CLibYAML {}"),
    ]

    static let traps = [
        Sample(
            .unsafeCode, "Sources/YAML/A.swift", "let a = try! f()\nlet b = a as! B\nfatalError(\"no\")\n",
            "1 try! without a “Proof:” in the comment above", "2 as! without a “Proof:” in the comment above",
            "3 fatalError( without a “Proof:” in the comment above"),
        Sample(
            .unsafeCode, "Sources/YAML/A.swift", "/// A box.\nfinal class Box: @unchecked Sendable {}",
            "2 @unchecked Sendable without a “Proof:” in the comment above"),
        Sample(
            .unsafeCode, "Sources/YAML/A.swift",
            "/// Proof: written once,\n/// before it is shared.\n@frozen\nfinal class Box: @unchecked Sendable {}"
        ),
        Sample(
            .unsafeCode, "Sources/YAML/A.swift", "// Proof: for another line.\n\nlet a = try! f()",
            "3 try! without a “Proof:” in the comment above"),
        Sample(.unsafeCode, "Sources/YAML/A.swift", "// Never try! here.\nlet text = #\"fatalError(\"x\")\"#\n"),
        Sample(
            .unsafeCode, "Sources/YAML/A.swift", #"let text = "\(a["as!"] ?? "") \(try! f())""#,
            "1 try! without a “Proof:” in the comment above"),
    ]

    static let texts = [
        Sample(.markers, "README.md", "one\n" + "TO" + "DO: two", "2 TO" + "DO is left over: do it, or drop it"),
        Sample(.markers, "jobs/a/train.py", "# HA" + "CK", "1 HA" + "CK is left over: do it, or drop it"),
        Sample(.markers, "scripts/run", "mktemp slipway.XX" + "XXXX; TO" + "DOS=1"),
        Sample(
            .machinePaths, "README.md", "see (" + "/work" + "/main)\n\"" + "/root" + "/.ssh\"",
            "1 " + "/work" + "/ is a folder of one machine", "2 " + "/root" + "/ is a folder of one machine"),
        Sample(.machinePaths, "README.md", "runs/<run>/<attempt>" + "/work" + "/ and ." + "/root" + "/"),
    ]

    static let sizesAndNames = [
        Sample(
            .lineWidth, "Package.swift", "short\n" + String(repeating: "x", count: 121),
            "2 121 characters, at most 120 fit"),
        Sample(.lineWidth, "Package.swift", String(repeating: "ü", count: 120)),
        Sample(.lineWidth, "README.md", String(repeating: "x", count: 200)),
        Sample(
            .fileLength, "Sources/YAML/A.swift", String(repeating: "\n", count: 600),
            "601 601 lines, at most 600: split it"),
        Sample(.fileLength, "Sources/YAML/A.swift", String(repeating: "\n", count: 599)),
        Sample(.fileLength, "jobs/a/data.csv", String(repeating: "\n", count: 1000)),
        Sample(
            .fileNames, "Sources/YAML/StringUtils.swift", "", "1 “utils” names no idea: say what it is for"),
        Sample(
            .fileNames, "Sources/Store/Common/RunManager.swift", "", "1 “common” names no idea: say what it is for",
            "1 “manager” names no idea: say what it is for"),
        Sample(.fileNames, "Sources/reconcile/HelpCommand.swift", ""),
        Sample(.fileNames, "Sources/Store/Commonwealth+Managed.swift", ""),
    ]

    static let codes = [
        Sample(.diagnosticCodes, "Sources/YAML/Diagnostics.swift", "a(\"SLW1001\")\nb(\"SLW1002\")\n// SLW1001"),
        Sample(
            .diagnosticCodes, "Sources/YAML/Diagnostics+Limits.swift", "a(\"SLW1001\")\n\nb(\"SLW1001\")",
            "3 SLW1001 is declared already at Sources/YAML/Diagnostics+Limits.swift:1"),
        Sample(
            .diagnosticCodes, "Sources/Store/Diagnostics.swift", "a(\"SLW1001\")",
            "1 SLW1001: the codes of this module begin with SLW4"),
        Sample(
            .diagnosticCodes, "Sources/Records/Diagnostics.swift", "a(\"SLW1001\")",
            "1 SLW1001: the codes of this module do not exist"),
        Sample(
            .diagnosticCodes, "Sources/YAML/Parser.swift", "a(\"SLW1001\")",
            "1 SLW1001 stands outside a Diagnostics file"),
        Sample(.diagnosticCodes, "Tests/YAMLTests/ParserTests.swift", "#expect(code == \"SLW1001\")"),
        Sample(.diagnosticCodes, "Sources/YAML/Catalogue/Pages+Limits.swift", "a(\"SLW1001\")"),
    ]

    @Test func `a code is declared once over all modules`() {
        let files = ["Sources/YAML/Diagnostics.swift", "Sources/YAML/Depth/Diagnostics+Depth.swift"]
            .map { TextFile(path: $0, text: "a(\"SLW1001\")") }
        #expect(
            Rule.diagnosticCodes.findings(files).map(\.description) == [
                "\(files[1].path):1: SLW1001 is declared already at \(files[0].path):1"
            ])
    }

    @Test(arguments: [
        (["Diagnostics.swift", "Catalogue/Pages.swift"], []),
        (["Diagnostics.swift"], ["Sources/YAML/Diagnostics.swift:1: SLW1001 has no page in Sources/YAML/Catalogue"]),
        (
            ["Catalogue/Pages.swift"],
            ["Sources/YAML/Catalogue/Pages.swift:1: SLW1001 is declared nowhere in this module"]
        ),
        (
            ["Diagnostics.swift", "Catalogue/A.swift", "Catalogue/B.swift"],
            ["Sources/YAML/Catalogue/B.swift:1: SLW1001 has a page already"]
        ),
    ])
    func `a code has one page`(names: [String], expected: [String]) {
        let files = names.map { TextFile(path: "Sources/YAML/\($0)", text: "a(\"SLW1001\")") }
        #expect(Rule.cataloguePages.findings(files).map(\.description) == expected)
    }

    /// Nothing but code is left (`_` stands for a space), lines keep their numbers, an open literal ends with its line.
    @Test(arguments: [
        ("a // b \"c\nd", "a________\nd"),
        ("a /* /* b */ */ c", "a_______________c"),
        ("f(\"a\\\"b\")+g", "f(______)+g"),
        ("\"\"\"\n a \"b\" \n\"\"\"+c", "___\n_______\n___+c"),
        ("\"a \\(f(x)+\"b\") c\"+d", "_____f(x)+___)___+d"),
        ("#\"a \\(b) \"c\"#+d", "_____________+d"),
        ("#\"\\#(b)\"#+d", "_____b)__+d"),
        ("\"open\nnext", "_____\nnext"),
    ])
    func `only code is left`(source: String, expected: String) {
        #expect(SwiftCode.only(source).replacing(" ", with: "_") == expected)
    }
}
