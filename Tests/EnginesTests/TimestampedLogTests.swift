import Foundation
import Support
import Testing
import YAML

@testable import Engines

/// What an engine tells again and again is in the file once.
@Suite struct TimestampedLogTests {
    private let workspace: TestWorkspace
    private var path: String { "\(workspace.path)/out.log" }

    init() throws { workspace = try TestWorkspace("log") }

    /// Tells something to the log as a new process would, in pieces of a size.
    private func tell(
        _ text: String, joint: Int? = nil, pieces: Int = 7, ends: Bool = true, most: Int64 = 1 << 20
    ) async throws -> String? {
        let log = try await TimestampedLog.open(path, joint: joint, most: most)
        let since = log.since
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            try log.take(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        if ends { try log.finish() }
        return since
    }

    private static let day = "2026-11-26T09:41:"

    @Test(arguments: [1, 3, 64, 4096]) func eachLineIsThereOnceHoweverOftenItIsTold(_ pieces: Int) async throws {
        let lines = (0..<20).map { "\(Self.day)0\($0 / 4).\($0 / 2)00000001Z line \($0)\n" }
        for count in 1...lines.count {
            // All since the last moment, as an engine tells it that means “since” inclusively.
            let since = try await tell(lines[..<count].joined(), pieces: pieces)
            #expect((since == nil) == (count == 1))
        }
        #expect(workspace.text("out.log") == (0..<20).map { "line \($0)\n" }.joined())
        #expect(try await tell(lines[17...].joined()) == "\(Self.day)04.900000001Z")
        #expect(workspace.text("out.log")?.split(separator: "\n").count == 20)
    }

    @Test func linesOfOneMomentAreToldApart() async throws {
        let moment = "\(Self.day)07.5Z"
        _ = try await tell("\(moment) same\n\(moment) same\n")
        _ = try await tell("\(moment) same\n\(moment) same\n\(moment) same\n2026-11-26T10:41:07.500+01:00 same\n")
        #expect(workspace.text("out.log") == "same\nsame\nsame\nsame\n", "the same moment, however it is written")
    }

    @Test func aMomentIsKnownToItsLastDecimal() async throws {
        _ = try await tell("\(Self.day)07.123456788Z a\n")
        _ = try await tell("\(Self.day)07.123456788Z a\n\(Self.day)07.123456789Z b\n")
        #expect(workspace.text("out.log") == "a\nb\n")
    }

    /// Text, how the engine breaks long lines, what is in the file.
    @Test(
        arguments: [
            ("09:00:00Z a\n", nil, "a\n"),
            ("09:00:00Z \n", nil, "\n"),
            ("09:00:00Z  two  spaces\n", nil, " two  spaces\n"),
            ("09:00:00Z a\nnot a moment\n09:00:01Z b\n", nil, "a\nnot a moment\nb\n"),
            ("09:00:00Z a\n\n09:00:01Z b\n", nil, "a\n\nb\n"),
            ("09:00:00Z 2026-11-26T09:00:00Z quoted\n", nil, "2026-11-26T09:00:00Z quoted\n"),
            ("09:00:00Z abcd09:00:00Z efgh09:00:00Z i\n", 4, "abcdefghi\n"),
            ("09:00:00Z abcd\n09:00:00Z e\n", 4, "abcd\ne\n"),
            ("09:00:00Z abcd09:00:01Z \n09:00:00Z e\n", 4, "abcd\ne\n"),
            ("09:00:00Z abcd efgh\n", 4, "abcd efgh\n"),
            ("09:00:00Z abcd09:00:00Z e\n", nil, "abcd2026-11-26T09:00:00Z e\n"),
            ("09:00:00Z \u{1F680} größe\r\n", nil, "\u{1F680} größe\r\n"),
            ("09:00:00Z not ended", nil, "not ended"),
        ] as [(String, Int?, String)])
    func whatIsToldIsRead(_ text: String, _ joint: Int?, _ expected: String) async throws {
        let told = text.replacing("09:00:0", with: "2026-11-26T09:00:0").replacing(
            "2026-11-26T2026-11-26T", with: "2026-11-26T")
        _ = try await tell(told, joint: joint, pieces: 5)
        #expect(workspace.text("out.log") == expected)
        _ = try await tell(told, joint: joint)
        #expect(workspace.text("out.log") == expected, "and told again, it is the same")
    }

    @Test func whatIsCutOffIsToldAgain() async throws {
        let first = "\(Self.day)01Z whole\n\(Self.day)02Z half a li"
        _ = try await tell(first, ends: false)
        let since = try await tell("\(Self.day)01Z whole\n\(Self.day)02Z half a line\n")
        #expect(since == "\(Self.day)01Z")
        #expect(workspace.text("out.log") == "whole\nhalf a line\n")
    }

    @Test func aLineThatGoesOnLaterIsOneLine() async throws {
        _ = try await tell("\(Self.day)01Z 12%\r")
        _ = try await tell("\(Self.day)01Z 12%\r\(Self.day)02Z 24%\n", joint: 4)
        #expect(workspace.text("out.log") == "12%\r24%\n")
    }

    @Test func aDamagedMarkOrLogIsFilledAnew() async throws {
        let told = "\(Self.day)01Z a\n\(Self.day)02Z b\n"
        for damage in ["", "nonsense", "\(Self.day)02Z 1", "- 1 4\n", "\(Self.day)02Z 1 4000\n"] {
            try workspace.write("out.log", "a\nb\n")
            try workspace.write(".out.log.mark", damage)
            _ = try await tell(told)
            #expect(workspace.text("out.log") == "a\nb\n", "\(damage)")
        }
    }

    @Test func aLogThatIsTooLongIsSaid() async throws {
        let refusal = await #expect(throws: Diagnostic.self) {
            _ = try await tell("\(Self.day)01Z \(String(repeating: "x", count: 200))\n", most: 100)
        }
        #expect(refusal?.code == "SLW6200")
    }

    @Test func oneProcessWritesAtATime() async throws {
        let told = (0..<50).map { "\(Self.day)0\($0 / 10).\($0 % 10)Z line \($0)\n" }.joined()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { _ = try? await tell(told) } }
        }
        #expect(workspace.text("out.log") == (0..<50).map { "line \($0)\n" }.joined())
    }
}
