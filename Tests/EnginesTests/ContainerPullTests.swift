import Engines
import Foundation
import Images
import Manifests
import Support
import Testing

/// Images that a tool gets from a registry, of which this machine's layout has nothing.
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: RegistryServer.isThere, "there is no registry here"))
struct ContainerPullTests {
    @Test(arguments: ContainerHost.tools) func anImageIsPulledByItsDigest(_ tool: BuildTool) async throws {
        let registry = try RegistryServer()
        let containers = try ContainerHost(tool, registry: registry)
        let attempts = try ContainerAttempts(containers)
        #expect(try await attempts.end(of: try attempts.script("loaded", "true")).status == 0)
        let config = attempts.image.config
        let name = "\(registry.host)/team/box"
        try containers.run("tag", "localhost/slipway:\(config.hex)", "\(name):1")
        try containers.run("push", "\(name):1")
        try containers.run(["rm", "--force"] + containers.containers())
        try containers.run("rmi", "--force", config.hex)
        try containers.run("pull", "\(name):1")
        let pinned = try containers.run("image", "inspect", "--format", "{{index .RepoDigests 0}}", "\(name):1")
        try containers.run("rmi", "--force", config.hex)
        let digest = try #require(Digest(pinned.split(separator: "@").last ?? ""))

        var submission = try attempts.script("pulled", "echo here > /slipway/outputs/here")
        submission.image = SubmittedImage(
            digest: digest, config: config, layout: "\(attempts.workspace.path)/empty", reference: "\(name)@\(digest)")
        try attempts.workspace.folder("empty")
        #expect(try await attempts.end(of: submission).status == 0)
        #expect(attempts.text(submission, "outputs/here") == "here\n")
    }
}
