import Testing
import YAML

@testable import Manifests

@Suite("Texts that are nearly right")
struct MeantTests {
    @Test(arguments: [
        ("30", "30s"), ("1h30", "1h30m"), ("5m30", "5m30s"), ("30 s", "30s"), ("5 min", "5m"), ("1.5h", "1h30m"),
        ("2 days", "48h"), ("1d12h", "36h"), ("30s5m", "5m30s"), ("90sec", "1m30s"), ("PT1H30M", "1h30m"),
        ("0.5s", "500ms"), ("1H", "1h"), ("250 msec", "250ms"), ("10minutes", "10m"), ("1week", "168h"),
    ])
    func durations(_ text: String, _ meant: String) {
        #expect(Meant.duration(text) == meant)
        #expect(DurationText.parse(meant) != nil)
    }

    @Test(arguments: ["", "soon", "-5s", "1:30", "5ms3", "0", "1.0001ms", "5x", "1e9", "s5", "h"])
    func noDurations(_ text: String) { #expect(Meant.duration(text) == nil) }

    @Test(arguments: [
        ("4GB", "4G"), ("4 Gi", "4Gi"), ("512mi", "512Mi"), ("1.5Gi", "1536Mi"), ("4GiB", "4Gi"), ("4K", "4k"),
        ("8g", "8G"),
        ("1_024", "1024"), ("100 MB", "100M"), ("0,5Gi", "512Mi"), ("2048 bytes", "2048"), ("512m", "512M"),
    ])
    func sizes(_ text: String, _ meant: String) {
        #expect(Meant.bytes(text) == meant)
        #expect(ByteQuantity(meant) != nil)
    }

    @Test(arguments: ["", "much", "-1", "4X", "1.3k5", "0.3", "Gi", "99999999999999999999G"])
    func noSizes(_ text: String) { #expect(Meant.bytes(text) == nil) }

    @Test(arguments: [
        ("500 m", "500m"), ("2 cores", "2"), (".5", "500m"), ("50%", "500m"), ("1,5", "1500m"), ("2CPU", "2"),
        ("1.", "1"),
        ("0.5cpu", "500m"),
    ])
    func cores(_ text: String, _ meant: String) {
        #expect(Meant.cores(text) == meant)
        #expect(CPUQuantity(meant) != nil)
    }

    @Test(arguments: ["", "all", "-1", "0.0001", "0", "1.2.3"])
    func noCores(_ text: String) { #expect(Meant.cores(text) == nil) }

    /// What is written into the spec of the sample job, where the text is in it, and what it becomes.
    static let fixes = [
        ("timeout: 30", "30", "30s"), ("timeout: 1h30", "1h30", "1h30m"), ("timeout: \"30 s\"", "\"30 s\"", "30s"),
        ("resources: {memory: 4GB}", "4GB", "4G"), ("resources: {cpu: 500 m}", "500 m", "500m"),
        ("resources: {cpu: \".5\"}", "\".5\"", "500m"), ("resources: {memory: 512}", "512", "512Mi"),
        ("retry: {limit: 1, backoff: {initial: 5, maximum: 1m}}", "5", "5s"),
    ]

    @Test("The fix replaces just the text, and the result is accepted", arguments: fixes)
    func fix(_ line: String, _ wrong: String, _ right: String) throws {
        let text = Sample.all.replacing("  command", with: "  \(line)\n  command")
        let found = Sample.load(text).diagnostics
        let diagnostic = try #require(found.first, "nothing was said of \(line)")
        #expect(found.count == 1)
        #expect(diagnostic.remedy?.hasPrefix("did you mean `\(right)`?") == true, "\(diagnostic.remedy ?? "none")")
        let fix = try #require(diagnostic.fixes.first)
        let (start, end) = (fix.location.span.start.offset, fix.location.span.end.offset)
        let bytes = Array(text.utf8)
        #expect(String(decoding: bytes[start..<end], as: UTF8.self) == wrong)
        let mended = String(decoding: bytes[..<start] + Array(fix.replacement.utf8) + bytes[end...], as: UTF8.self)
        #expect(mended == Sample.all.replacing("  command", with: "  \(line.replacing(wrong, with: right))\n  command"))
        #expect(Sample.load(mended).diagnostics.isEmpty)
    }

    @Test(
        "Of labels it is said which rule they break",
        arguments: [
            ("{a: x y}", "which contains a space"), ("{a: -x}", "which begins with `-`"),
            ("{a: x-}", "which ends with `-`"),
            ("{a: \(String(repeating: "v", count: 64))}", "which has 64 characters, and 63 are the most"),
            ("{a: é}", "which contains `é`"), ("{a: \"x\\ny\"}", "which contains a line break"),
            ("{a/b/c: x}", "which has more than one `/`"), ("{a/: x}", "which has no name behind the `/`"),
            ("{/a: x}", "which has nothing before the `/`"), ("{\"\": x}", "which is empty"),
            (
                "{Example.com/a: x}",
                "which has capital letters before the `/`, where a DNS name stands: write `example.com`"
            ),
            ("{a_b/c: x}", "which has `a_b` before the `/`, which is no DNS name"),
            ("{a b: x}", "which contains a space"),
            ("{_a: x}", "which begins with `_`"),
            ("{\(String(repeating: "v", count: 64)): x}", "which has 64 characters"),
            (
                "{\(String(repeating: "a.", count: 127))a/x: x}",
                "which has 255 characters before the `/`, and 253 are the most"
            ),
        ])
    func labels(_ labels: String, _ part: String) {
        let found = Sample.load(Sample.all.replacing("name: train}", with: "name: train, labels: \(labels)}"))
            .diagnostics
        #expect(found.count == 1 && found[0].message.contains(part), "\(found.map(\.message))")
    }

    @Test(
        "Of names of images it is said which rule they break",
        arguments: [
            ("Up/Per:1", "it has capital letters, and repositories have none: write `up/per`"),
            ("ghcr.io/Team/Train", "its repository has capital letters, and may have none: write `team/train`"),
            ("r.io:99999/x", "`99999` is no port: it is a number from 1 to 65535"), ("r.io:/x", "`` is no port"),
            ("r.io/a//b", "its repository has an empty part"), ("r.io/", "it names no repository"),
            ("r.io/a b", "its repository contains a space"), ("r.io/a..b", "several of them in a row"),
            ("python:", "there is no tag behind the `:`"), ("python:.1", "its tag begins with `.`"),
            ("python:3+1", "its tag contains `+`"),
            ("python:\(String(repeating: "1", count: 129))", "its tag has 129 characters"),
            ("python@sha256:12", "its digest has 2 digits; a digest is `sha256:` and 64 digits"),
            ("python@md5:12", "the algorithm `md5` is not known"), ("python@12", "`12` has no algorithm before it"),
            ("python@sha256:\(String(repeating: "A", count: 64))", "its digest has capital letters"),
            ("python@sha256:\(String(repeating: "x", count: 64))", "its digest has other characters than digits"),
            ("https://r.io/x", "it is a URL"),
        ])
    func images(_ name: String, _ part: String) {
        let text = Sample.all.replacing("  command", with: "  build: {baseImage: '\(name)'}\n  command")
        let found = Sample.load(text).diagnostics
        #expect(found.count == 1 && found[0].message.contains(part), "\(found.map(\.message))")
        #expect(found.first?.code == "SLW2116")
    }
}
