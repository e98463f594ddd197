import Testing

@testable import Manifests

@Suite("The forms of single values")
struct SyntaxTests {
    private static let label63 = String(repeating: "a", count: 63)

    @Test(arguments: [
        ("train", true), ("train-2", true), ("2x", true), (label63, true), (label63 + "a", false), ("", false),
        ("-a", false), ("a-", false), ("Train", false), ("a_b", false), ("a.b", false), ("träin", false),
        ("a b", false),
    ])
    func names(_ text: String, _ isValid: Bool) { #expect(Syntax.isName(text[...]) == isValid) }

    @Test(arguments: [
        ("team", true), ("example.com/team", true), ("a/b", true), ("Team_1.x", true), ("slipway/prune", true),
        ("", false), ("/a", false), ("a/", false), ("a/b/c", false), ("-a", false), ("EXAMPLE.com/a", false),
    ])
    func labelKeys(_ text: String, _ isValid: Bool) { #expect(Syntax.isLabelKey(text[...]) == isValid) }

    @Test(arguments: [("", true), ("Vision_1.x", true), (label63 + "a", false), ("a b", false), ("a-", false)])
    func labelValues(_ text: String, _ isValid: Bool) { #expect(Syntax.isLabelValue(text[...]) == isValid) }

    @Test(arguments: [
        ("PATH", true), ("_x1", true), ("1x", false), ("A-B", false), ("A=B", false), ("", false), ("Ä", false),
        ("IFS", false), ("PWD", false), ("SLIPWAY_RUN", false), ("SLIPWAY", true),
    ])
    func environmentNames(_ text: String, _ isValid: Bool) { #expect(EnvironmentName.maySet(text) == isValid) }

    @Test(arguments: [
        ("3.11", true), ("3.9", true), ("3", false), ("3.11.2", false), ("3.x", false), ("03.1", false), (">=3", false),
    ])
    func pythonVersions(_ text: String, _ isValid: Bool) { #expect(Syntax.isPythonVersion(text[...]) == isValid) }

    @Test(arguments: [
        ("model.json", true), ("a/b.txt", true), ("./a", true), ("a..b", true), ("", false), (".", false),
        ("./", false),
        ("/a", false), ("..", false), ("a/../b", false), ("a\n", false), ("a\0", false),
    ])
    func paths(_ text: String, _ isValid: Bool) { #expect(Syntax.isPathBelow(text[...]) == isValid) }

    @Test(arguments: [
        ("30s", 30_000), ("5m", 300_000), ("1h30m", 5_400_000), ("500ms", 500), ("1h2m3s4ms", 3_723_004), ("0s", 0),
        ("90m", 5_400_000),
    ])
    func durations(_ text: String, _ milliseconds: Int64) throws {
        let duration = try #require(DurationText.parse(text))
        #expect(duration == .milliseconds(milliseconds))
        #expect(DurationText.parse(DurationText.text(duration)) == duration)
    }

    @Test(arguments: [
        "", "5", "s", "5 m", "-5s", "1.5h", "30s5m", "5m5m", "5d", "5mss", "٣s", "9999999999999999s",
        "999999999999999h",
    ])
    func notDurations(_ text: String) { #expect(DurationText.parse(text) == nil) }

    @Test(arguments: [(Int64(5_400_000), "1h30m"), (0, "0s"), (1500, "1s500ms"), (86_400_000, "24h")])
    func durationTexts(_ milliseconds: Int64, _ text: String) {
        #expect(DurationText.text(.milliseconds(milliseconds)) == text)
    }

    @Test(arguments: [
        ("1", Int64(1000), "1"), ("0.5", 500, "500m"), ("500m", 500, "500m"), ("2.25", 2250, "2250m"),
        ("1000m", 1000, "1"), ("0", 0, "0"),
    ])
    func cores(_ text: String, _ millicores: Int64, _ canonical: String) {
        #expect(CPUQuantity(text)?.millicores == millicores)
        #expect(CPUQuantity(text)?.description == canonical)
    }

    @Test(arguments: ["", "m", "1.2345", "-1", "1e3", "0.5m", ".5", "1.", "1 ", "9999999999999999"])
    func notCores(_ text: String) { #expect(CPUQuantity(text) == nil) }

    @Test(arguments: [
        ("512Mi", Int64(536_870_912), "512Mi"), ("4Gi", 4_294_967_296, "4Gi"), ("1G", 1_000_000_000, "1G"),
        ("1048576", 1_048_576, "1Mi"), ("1024Mi", 1_073_741_824, "1Gi"), ("1500k", 1_500_000, "1500k"), ("0", 0, "0"),
        ("7", 7, "7"),
    ])
    func sizes(_ text: String, _ bytes: Int64, _ canonical: String) throws {
        let size = try #require(ByteQuantity(text))
        #expect(size.bytes == bytes)
        #expect(ByteQuantity(size.description) == size)
        if text != "1500k" { #expect(size.description == canonical) }
    }

    @Test(arguments: ["", "Mi", "1.5Gi", "-1", "1mi", "1KB", "999999999999999Pi", "1 Gi"])
    func notSizes(_ text: String) { #expect(ByteQuantity(text) == nil) }

    @Test(arguments: [
        ("parametrs", ["parameters", "resources"], "parameters"), ("Lr", ["lr"], "lr"), ("rl", ["lr"], "lr"),
        ("kubernets", ["kubernetes", "slurm"], "kubernetes"), ("zebra", ["lr", "epochs"], nil), ("", ["a"], nil),
        ("x", [], nil),
    ])
    func suggestions(_ name: String, _ candidates: [String], _ expected: String?) {
        #expect(Suggestion.closest(to: name, among: candidates) == expected)
    }
}
