import Manifests
import Testing

/// How a base image may be named.
@Suite struct BaseImageTests {
    @Test(arguments: [
        ("scratch", "scratch"), ("python:3.11", "docker.io/library/python:3.11"), ("r.io/team/x", "r.io/team/x"),
        ("oci:../bases/x", "oci:bases/x"), ("oci:./x:v1", "oci:manifests/x:v1"), ("oci:/srv/x/:v1", "oci:/srv/x:v1"),
        ("oci:..", "oci:."), ("oci-archive:x.tar:a/b:c", "oci-archive:manifests/x.tar:a/b:c"),
        ("docker-archive:/x.tar:team/x:1", "docker-archive:/x.tar:team/x:1"),
        ("docker.io/library/oci:1", "docker.io/library/oci:1"),
    ])
    func formsAreRead(_ text: String, _ full: String) throws {
        let base = try BaseImage(text, in: "manifests")
        #expect(base.description == full)
        // What is kept means the same from the repository's root.
        #expect(try BaseImage(full) == base)
    }

    @Test func aDigestSaysWhichOne() throws {
        let digest = Digest(of: "x")
        guard case .local(let image) = try BaseImage("oci:x:v1@\(digest)") else {
            Issue.record("it is no folder")
            return
        }
        #expect(image.digest == digest && image.name == "v1" && image.path == "x" && image.kind == .layout)
    }

    @Test(arguments: [
        "oci:", "oci-archive:", "oci::v1", "oci:x:", "oci:x@sha256:1", "docker-archive:x@\(Digest(of: "x"))", "oci:/",
        "oci:/..",
        "oci:a\u{7}b", "", "Scratch", "-x", "https://r.io/x", "r.io/x@sha256:zz",
    ])
    func mistakesAreSaid(_ text: String) { #expect(throws: (any Error).self) { try BaseImage(text) } }

    @Test(arguments: [("oci:../../x", "a"), ("oci:../x", "")])
    func theRepositoryIsNotLeft(_ text: String, _ folder: String) {
        #expect(throws: (any Error).self) { try BaseImage(text, in: folder) }
        #expect(throws: (any Error).self) { try BaseImage("oci:x", in: nil) }
    }
}
