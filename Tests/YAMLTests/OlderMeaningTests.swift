import Foundation
import Support
import Testing
import YAML

/// Where YAML 1.1 and YAML 1.2 disagree about a plain scalar there is a warning, and nowhere else.
@Suite struct OlderMeaningTests {
    @Test(arguments: [
        ("yes", "text", "true"), ("Off", "text", "false"), ("y", "text", "true"), ("N", "text", "false"),
        ("012", "the number 12", "the number 10"), ("-017", "the number -17", "the number -15"),
        ("08", "the number 8", "text"), ("0o17", "the number 15", "text"), ("0b11", "text", "the number 3"),
        ("-0x1F", "text", "the number -31"), ("1_000", "text", "the number 1000"), ("1_0.5", "text", "a number"),
        ("22:22", "text", "the number 1342"), ("+1:30", "text", "the number 90"), ("1:30.5", "text", "a number"),
        ("1e3", "the number 1000.0", "text"), ("1.5e3", "the number 1500.0", "text"),
        ("-.5", "the number -0.5", "text"), ("2024-01-01", "text", "a date"),
        ("2024-1-1 10:00:00.5 +01:00", "text", "a date"), ("2024-01-01T10:00:00Z", "text", "a date"),
        ("=", "text", "something else"), ("<<", "text", "something else"),
    ])
    func saysBothMeanings(word: String, here: String, there: String) {
        let file = parse("a: \(word)\nc: \"\(word)\"\n")
        #expect(file.findings == ["SLW1017 1:4"])
        #expect(file.diagnostics.first?.severity == .warning)
        let message = "“\(word)” is \(here) here, as YAML 1.2 says; readers of YAML 1.1 take it for \(there)"
        #expect(file.diagnostics.first?.message == message)
    }

    /// A change is offered where only one thing can have been meant; with it, both read the same.
    @Test(arguments: [
        ("1e-3", "1.0e-3"), ("+5E7", "5.0e+7"), ("-.5", "-0.5"), ("+.5", "0.5"), ("1.e3", "1.e+3"), ("08", "8"),
        ("0o17", "15"),
        ("2024-01-01", "\"2024-01-01\""), ("22:22", "\"22:22\""), ("=", "\"=\""), ("yes", nil), ("012", nil),
        ("1_000", nil),
    ])
    func fixes(word: String, replacement: String?) {
        let fix = parse("a: \(word)").diagnostics.first?.fixes.first
        #expect(fix?.replacement == replacement)
        guard let fix, let replacement else { return }
        #expect(fix.location.span.text == "1:4-1:\(4 + word.count)")
        let mended = parse("a: \(replacement)")
        #expect(mended.findings.isEmpty)
        #expect(mended.documents.first?["a"]?.scalar == parse("a: \(word)").documents.first?["a"]?.scalar)
    }

    @Test(arguments: [
        ("9223372036854775808", "9.223372036854776e+18"), ("-9223372036854775809", "-9.223372036854776e+18"),
        ("18446744073709551615", "1.8446744073709552e+19"), ("0xFFFFFFFFFFFFFFFFF", "2.9514790517935283e+20"),
        ("1e400", "inf"), ("-1.0e+400", "-inf"),
    ])
    func numbersThatDoNotFit(word: String, value: String) {
        let file = parse("a: \(word)\n\(word): b\nc: '\(word)'\n")
        #expect(file.findings == ["SLW1030 1:4"])
        #expect(file.diagnostics.first?.message == "“\(word)” is read as \(value): it does not fit into 64 bits")
    }

    /// A key is text to Slipway, whatever it looks like: `on` in `retry.on` is no boolean.
    @Test(arguments: ["on", "yes", "no", "y", "012", "1e3", "22:22", "2024-01-01", "~", "="])
    func keysAreText(word: String) {
        let file = parse("\(word): 1\n? \(word)\(word)\n: 2\nflow: {\(word): 1}\n")
        #expect(file.findings.isEmpty)
        #expect(file.documents.first?.entries.first { _ in true }?.key.text == word)
    }

    private static let words = [
        "~", "null", "Null", "NULL", "nULL", "true", "True", "TRUE", "tRUE", "false", "yes", "Yes", "YES", "yEs", "no",
        "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "oN", "yeso", "nope", "one", "0", "00", "07", "10", "010",
        "089",
        "0_7", "+1", "-1", "+012", "0o17", "0o8", "0b101", "0b2", "0b", "0x1F", "0xfg", "0x", "+0x1", "1_000", "1__0",
        "_1",
        "1_", "22:22", "8080:80", "0:30", "1:60", "1:6", "190:20:30", "190:20:30.15", "01:30.", ".5", "+.5", "-.5",
        ".5e1",
        ".5e+1", "1.", "1.e3", "1.e+3", "1e3", "1e-3", "1.0e3", "1.0e+3", "1.5", "012.5", "1_0.5", "._5", ".5_0",
        "1.2.3",
        ".inf", "-.inf", "+.inf", ".Inf", ".iNF", ".nan", ".NaN", "-.nan", "nan", "inf", "2024-01-01", "2024-1-1",
        "2024-01-01 10:00:00", "2024-01-01T10:00:00Z", "2024-01-01t1:00:00.25-7", "2024-1-1 10:00", "2024-13-45", "=",
        "==",
        "<<", "v1", "a_b", "3.11", "1 2", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "0x8000000000000000", "1e400",
    ]

    /// What only other readers of YAML 1.1 than PyYAML read differently.
    private static let beyondPyYAML: Set<String> = ["y", "Y", "n", "N"]

    /// PyYAML is asked about each word, and about random ones that look like numbers.
    @Test(.enabled(if: PyYAML.isThere), .timeLimit(.minutes(1)))
    func pyYAMLIsTheJudge() throws {
        var random = SeededRandom(seed: 0x11_12)
        let letters = Array("0011122567899__::..--++eExobTZ")
        var words = Self.words + Self.beyondPyYAML
        for _ in 0..<5000 {
            let count = random.int(2...9)
            words.append(String((0..<count).compactMap { _ in letters.randomElement(using: &random) }))
        }
        // A word that is more than a plain text is another matter.
        words = words.filter { word in
            let node = parse("a: \(word)").documents.first?["a"]
            return node?.isPlain == true && node?.text == word
        }
        #expect(words.count > 4000)
        let answers = try PyYAML.read(words)
        try #require(answers.count == words.count)
        var warned = 0
        var wrong: [String] = []
        for (word, answer) in zip(words, answers) {
            let file = parse("a: \(word)")
            let here = try #require(file.documents.first?["a"]?.scalar)
            let isWarned = file.diagnostics.contains { ["SLW1017", "SLW1030"].contains($0.code.rawValue) }
            warned += isWarned ? 1 : 0
            let differs =
                answer != PyYAML.spelling(of: here) || Self.beyondPyYAML.contains(word) || isTooLarge(here, word)
            if isWarned != differs { wrong.append("“\(word)” is \(here) here and \(answer) to PyYAML") }
        }
        #expect(wrong == [])
        #expect(warned > 150)
    }

    private func isTooLarge(_ value: Scalar, _ word: String) -> Bool {
        guard case .double(let number) = value, number.isInfinite else { return false }
        return word.contains(where: \.isNumber)
    }
}

/// Python's YAML reader, which reads YAML 1.1.
private enum PyYAML {
    /// `scripts/install-dependencies --tests` sees to it.
    static let isThere: Bool = (try? run("import yaml", "")) != nil

    /// What it takes each word for, as a value of a mapping.
    static func read(_ words: [String]) throws -> [String] {
        try run(
            """
            import json, sys, yaml
            for word in json.load(open(sys.argv[1])):
                try:
                    value = yaml.safe_load("a: " + word)["a"]
                except Exception:
                    value = ()
                if isinstance(value, float):
                    print("float", value.hex())
                else:
                    print(type(value).__name__, value if isinstance(value, (bool, int)) else "")
            """, String(decoding: JSONEncoder().encode(words), as: UTF8.self)
        ).split(separator: "\n").map(String.init)
    }

    /// A value in the same words.
    static func spelling(of value: Scalar) -> String {
        switch value {
        case .null: "NoneType "
        case .bool(let value): "bool \(value ? "True" : "False")"
        case .int(let value): "int \(value)"
        case .double(let value): "float \(hexadecimal(value))"
        case .string: "str "
        }
    }

    /// As Python spells it: `0x1.8000000000000p+1`.
    private static func hexadecimal(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        let sign = value.sign == .minus ? "-" : ""
        if value.isInfinite { return "\(sign)inf" }
        if value == 0 { return "\(sign)0x0.0p+0" }
        let digits = String(value.significandBitPattern, radix: 16)
        let padded = String(repeating: "0", count: 13 - digits.count) + digits
        if value.isSubnormal { return "\(sign)0x0.\(padded)p-1022" }
        return "\(sign)0x1.\(padded)p\(value.exponent < 0 ? "-" : "+")\(abs(value.exponent))"
    }

    private static func run(_ program: String, _ input: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("words-\(UUID().uuidString).json")
        try Data(input.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program, file.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
        return String(decoding: data, as: UTF8.self)
    }

    private struct Failure: Error {}
}
