import Foundation
import Manifests
import Support
import Testing
import YAML

@testable import Images

/// Base images in a real registry, where others pushed them.
@Suite(.timeLimit(.minutes(3)))
struct BaseRegistryTests {
    /// Pushes an image to the registry, as `tag`.
    private func push(_ base: SampleBase, to registry: RegistryServer, as tag: String) async throws -> String {
        let folder = try TemporaryFolder()
        try base.write(to: "\(folder.path)/base")
        let login = "\(RegistryServer.user):\(RegistryServer.password)"
        let name = "docker://\(registry.host)/team/base:\(tag)"
        _ = try await output(
            "/usr/bin/skopeo",
            [
                "--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false", "--dest-creds", login,
                "oci:\(folder.path)/base:v1", name,
            ], ToolEnvironment.current)
        return try await output(
            "/usr/bin/skopeo",
            ["inspect", "--tls-verify=false", "--creds", login, "--format", "{{.Digest}}", name],
            ToolEnvironment.current)
    }

    private func builder(_ shop: Workshop, _ registries: Registries) -> OCIBuilder {
        OCIBuilder(layout: shop.layout, cacheFolder: "\(shop.folder.path)/cache", registries: registries)
    }

    @Test(
        .enabled(if: RegistryServer.isThere && isTool("/usr/bin/skopeo"), "no docker-registry or skopeo to start"))
    func aTagIsResolvedAndABaseBroughtOnce() async throws {
        let shop = try Workshop()
        let registry = try RegistryServer()
        let digest = try await push(SampleBase(), to: registry, as: "v1")
        let docker = try registry.writeLogin(into: "\(shop.folder.path)/docker")
        let online = builder(shop, Registries(environment: ["DOCKER_CONFIG": docker]))
        let unreachable = ModelTransport { _, _ in throw HTTPFailure.unreachable("nobody answers") }
        let offline = builder(shop, Registries(environment: [:], transport: unreachable))
        try shop.folder.file("source/a", "1")
        let name = "\(registry.host)/team/base"

        let image = try await online.build(try shop.request(on: "\(name):v1")) { _ in }
        #expect(image.base?.reference == "\(name):v1" && image.base?.manifest.description == digest)
        let annotations = try shop.layout.manifest(image.manifestDigest).annotations
        #expect(annotations?["org.opencontainers.image.base.name"] == name)
        #expect(annotations?["org.opencontainers.image.base.digest"] == digest)
        _ = try shop.unpack(image)
        #expect(try shop.folder.text("unpacked/etc/base") == "base\n")

        // By its digest, nobody has to be asked any more.
        try shop.folder.file("source/a", "2")
        let second = try await offline.build(try shop.request(on: "\(name)@\(digest)")) { _ in }
        #expect(second.layers[0] == image.layers[0] && second.layers[1] != image.layers[1])
        var pinned = try shop.request(on: "\(name):v1")
        pinned.base = image.base?.manifest
        #expect(try await offline.build(pinned) { _ in }.manifestDigest == second.manifestDigest)

        // A tag has to be asked for: what it was is no answer.
        let tagged = try shop.request(on: "\(name):v1")
        let failure = await #expect(throws: Diagnostic.self) { try await offline.build(tagged) { _ in } }
        #expect(failure?.code == "SLW5082" && failure?.notes.isEmpty == false)

        // It has moved.
        var newer = SampleBase()
        newer.layers = [TarMember.archive([TarMember(name: "etc/base", content: "newer\n")])]
        let moved = try await push(newer, to: registry, as: "v1")
        let third = try await online.build(tagged) { _ in }
        #expect(third.base?.manifest.description == moved && moved != digest)
        #expect(await code { _ = try await online.build(try shop.request(on: "\(name):v9")) { _ in } } == "SLW5130")
    }
}
