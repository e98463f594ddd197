import Testing
import YAML

@testable import Manifests

@Suite("Names of images")
struct ImageReferenceTests {
    static let hex = String(repeating: "0a", count: 32)

    @Test(arguments: [
        ("python:3.11", "docker.io", "library/python", "3.11"), ("python", "docker.io", "library/python", nil),
        ("team/train:v1", "docker.io", "team/train", "v1"),
        ("docker.io/python", "docker.io", "library/python", nil),
        ("index.docker.io/library/python", "docker.io", "library/python", nil),
        ("localhost/a", "localhost", "a", nil), ("localhost:5000/a:b", "localhost:5000", "a", "b"),
        ("r.example.com/a/b/c", "r.example.com", "a/b/c", nil), ("r:1/a__b--c.d_e", "r:1", "a__b--c.d_e", nil),
        ("127.0.0.1:5000/x:_T.a-b", "127.0.0.1:5000", "x", "_T.a-b"), ("[::1]:5000/x", "[::1]:5000", "x", nil),
    ]) func isTakenApart(_ text: String, _ host: String, _ repository: String, _ tag: String?) throws {
        for suffix in ["", "@sha256:\(Self.hex)"] {
            let image = try ImageReference(text + suffix)
            #expect(image.host == host && image.repository == repository && image.tag == tag)
            #expect(image.digest?.hex == (suffix.isEmpty ? nil : Self.hex))
            #expect(try ImageReference(image.description) == image)
            #expect(image.selector == (image.digest.map { .digest($0) } ?? .tag(tag ?? "latest")))
            #expect(
                try ImageReference(host: host, repository: repository, tag: tag, digest: image.digest) == image)
        }
    }

    @Test(arguments: [
        "", "a b", "Team/train", "team/Train", "a//b", "/a", "a/", "a:", ":a", "a:.b", "a:-b", "-a", "a_-b", "a___b",
        "https://r.io/a", "r.io/", "r.io:/a", "r.io:0/a", "r.io:65536/a", "r.io:+5/a", "[::1/a", "[x]:1/a", "-r.io/a",
        "a@", "a@sha256:1", "a@sha512:\(hex)", "a@sha256:\(hex.uppercased())", "a\u{0}b", "a\nb", "ä", "a:ä",
        "r.io/\(String(repeating: "a", count: 256))", "a:\(String(repeating: "b", count: 129))", "../a", "r.io/../a",
    ]) func isRefused(_ text: String) {
        let fault = #expect(throws: Diagnostic.self) { try ImageReference(text) }
        #expect(fault?.code == "SLW2116" && fault?.remedy != nil, "\(text)")
    }

    @Test(arguments: ["ada:s3same@r.io/a", "https://ada:s3same@r.io/a", "ada@r.io/a@sha256:\(hex)"])
    func aPasswordIsNotRepeated(_ text: String) {
        let fault = #expect(throws: Diagnostic.self) { try ImageReference(text) }
        #expect(fault?.code == "SLW2115")
        #expect(fault?.message.contains("s3same") == false)
    }
}
