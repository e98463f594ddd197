import Foundation
import Manifests
import Support
import Testing
import YAML

@testable import Images

/// Images that real tools of the machine build, in storage of the test's own.
@Suite struct ToolBuilderTests {
    private static let busybox = ContainerStorage.busybox

    /// The tools that this machine has; of those that are not there, nothing can be tried.
    private static let tools = BuildTool.allCases.filter { tool in
        guard isTool(busybox) else { return false }
        return tool == .docker ? DockerEngine.isThere && docker != nil : isTool("/usr/bin/\(tool.rawValue)")
    }

    private static let docker = FoundTool.find(.docker, environment: ProcessInfo.processInfo.environment)

    /// Everything that it takes to build with one tool.
    private final class Site {
        let shop: Workshop
        let builder: ToolBuilder
        let log = Recorder()
        private let engine: DockerEngine?

        init(_ tool: BuildTool, registry: String? = nil, more: [String: String] = [:]) throws {
            let folder = try TemporaryFolder()
            engine = tool == .docker ? try DockerEngine(registry: registry) : nil
            var environment = ProcessInfo.processInfo.environment
            let own = try ContainerStorage.environment(in: folder.path, registry: registry)
            environment.merge(own.merging(more) { _, more in more }) { _, own in own }
            environment["DOCKER_HOST"] = engine?.url
            shop = try Workshop(environment: environment)
            builder = ToolBuilder(tool, embedded: shop.builder, environment: environment)
            storage = folder
        }

        private let storage: TemporaryFolder

        func source(_ dockerfile: String = ToolBuilderTests.dockerfile) throws {
            try shop.folder.file("source/Dockerfile", dockerfile)
            try shop.folder.file("source/train.py", "print(1)\n")
            try FileManager.default.copyItem(
                atPath: ToolBuilderTests.busybox, toPath: "\(shop.folder.path)/source/busybox")
        }

        func request() throws -> BuildRequest {
            var request = try shop.request()
            request.build.dockerfile = "Dockerfile"
            return request
        }

        func build() async throws -> BuiltImage {
            try await builder.build(try request()) { [log] in log.record($0) }
        }
    }

    private static let dockerfile = """
        FROM scratch
        COPY busybox /bin/busybox
        RUN ["/bin/busybox", "touch", "/made-by-a-command"]
        COPY . /app
        WORKDIR /app
        ENV GREETING=hello

        """

    @Test(arguments: tools) func aDockerfileBecomesAnImageOfTheLayout(_ tool: BuildTool) async throws {
        let site = try Site(tool)
        try site.source()
        try site.shop.folder.file("source/.dockerignore", "secret.txt\n")
        try site.shop.folder.file("source/secret.txt", "not for the image\n")
        let image = try await site.build()
        #expect(!image.reused && site.shop.layout.contains(image.manifestDigest))
        let unpacked = try site.shop.unpack(image)
        #expect(unpacked.workingDirectory == "\(unpacked.root)/app")
        #expect(unpacked.environment["GREETING"] == "hello")
        #expect(try site.shop.folder.text("unpacked/app/train.py") == "print(1)\n")
        #expect(isTool("\(unpacked.root)/bin/busybox"))
        #expect(FileManager.default.fileExists(atPath: "\(unpacked.root)/made-by-a-command"))
        #expect(!FileManager.default.fileExists(atPath: "\(unpacked.root)/app/secret.txt"), "ignored files stay out")

        let said = site.log.lines.count
        let again = try await site.build()
        #expect(again.reused && again.manifestDigest == image.manifestDigest)
        #expect(site.log.lines.count == said, "the tool is not asked again")

        try site.shop.folder.file("source/train.py", "print(2)\n")
        let changed = try await site.build()
        #expect(!changed.reused && changed.manifestDigest != image.manifestDigest)
        let shared = Set(image.layers.map(\.digest)).intersection(changed.layers.map(\.digest))
        #expect(shared.count >= 1, "what comes before the change is not run again")
        #expect(try site.shop.folder.names("cache/scratch").isEmpty)
    }

    @Test(arguments: tools) func whatTheToolSaysOfAFailureIsTold(_ tool: BuildTool) async throws {
        let site = try Site(tool)
        try site.source("FROM scratch\nCOPY busybox /bin/busybox\nRUN [\"/bin/busybox\", \"false\"]\n")
        do {
            _ = try await site.build()
            Issue.record("a command that fails fails the build")
        } catch let failure as Diagnostic {
            #expect(failure.code == "SLW5221" && failure.message.contains(tool.rawValue))
            #expect(failure.notes.contains { $0.message.contains("false") }, "\(failure.notes)")
        }
        #expect(try site.shop.layout.tags().isEmpty)
        #expect(try site.shop.folder.names("cache/scratch").isEmpty)
    }

    @Test(arguments: [("missing/Dockerfile", "SLW5224"), ("./train.py/..", "SLW5224")])
    func aDockerfileThatIsNotThereIsSaid(_ path: String, _ code: String) async throws {
        let folder = try TemporaryFolder()
        try folder.file("docker", "#!/bin/sh\nexit 1\n", executable: true)
        let site = try Site(.podman)
        try site.source()
        var request = try site.request()
        request.build.dockerfile = path
        let builder = ToolBuilder(.docker, embedded: site.shop.builder, environment: ["PATH": folder.path])
        await expectCode(code) { _ = try await builder.build(request) { _ in } }
    }

    @Test func aToolThatIsMissingNamesTheOthers() async throws {
        let folder = try TemporaryFolder()
        try folder.file("podman", "#!/bin/sh\nexit 1\n", executable: true)
        let site = try Site(.podman)
        try site.source()
        let builder = ToolBuilder(.buildah, embedded: site.shop.builder, environment: ["PATH": folder.path])
        do {
            _ = try await builder.build(try site.request()) { _ in }
            Issue.record("there is no buildah")
        } catch let failure as Diagnostic {
            #expect(failure.code == "SLW5220")
            #expect(failure.remedy?.contains("apt-get install buildah") == true)
            #expect(failure.remedy?.contains("`builder: {type: podman}`, which is here") == true)
        }
    }

    @Test func requirementsBesideADockerfileAreRefused() async throws {
        let site = try Site(.podman)
        try site.source()
        var request = try site.request()
        request.build.systemPackages = ["git"]
        await expectCode("SLW5225") { _ = try await site.builder.build(request) { _ in } }
    }

    @Test func otherJobsAreTheEmbeddedBuildersAffair() async throws {
        let site = try Site(.podman)
        try site.shop.folder.file("source/train.py", "print(1)\n")
        let request = try site.shop.request()
        let image = try await site.builder.build(request) { _ in }
        #expect(try site.builder.contentKey(of: request) == site.shop.builder.contentKey(of: request))
        #expect(try await site.shop.build(request).reused)
        #expect(image.frozenRequirements.isEmpty)
    }

    // MARK: Running

    /// What the embedded builder makes is an image to those who run containers, too.
    @Test(.enabled(if: tools.contains(.podman) && tools.contains(.buildah)))
    func containersRunWhatIsBuiltWithoutThem() async throws {
        let shop = try Workshop()
        try shop.folder.file("source/train.sh", "echo \"$GREETING from $(pwd)\" \"$@\"\n")
        let root = "\(shop.folder.path)/rootfs"
        try FileManager.default.createDirectory(atPath: "\(root)/bin", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Self.busybox, toPath: "\(root)/bin/busybox")
        try FileManager.default.createSymbolicLink(atPath: "\(root)/bin/sh", withDestinationPath: "busybox")
        let archive = "\(shop.folder.path)/rootfs.tar"
        _ = try await output("/bin/tar", ["--owner=0", "--group=0", "-C", root, "-cf", archive, "."])
        let layer = Array(try Data(contentsOf: URL(fileURLWithPath: archive)))
        try SampleBase(layers: [layer], config: ["Env": ["PATH=/bin"]]).write(to: "\(shop.folder.path)/bases/one")
        var request = try shop.request(on: "oci:bases/one")
        request.command = ["/bin/sh", "train.sh", "lr=0.1"]
        request.environment = ["GREETING": "hello"]
        request.tag = "train"
        _ = try await shop.build(request)

        let storage = try TemporaryFolder()
        var environment = ToolEnvironment.current
        environment.merge(try ContainerStorage.environment(in: storage.path)) { _, own in own }
        // podman makes a name of the path, and names are in lower case.
        let place = "/tmp/slipway-run-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: shop.layout.path)
        defer { try? FileManager.default.removeItem(atPath: place) }
        let image = "oci:\(place):train"
        let said = try await output(
            "/usr/bin/podman", ["run", "--rm", "--quiet", "--network", "none", "--log-driver", "none", image],
            environment)
        #expect(said.hasSuffix("hello from /app lr=0.1"), "\(said)")

        let container = try await output("/usr/bin/buildah", ["from", "--quiet", image], environment)
        let again = try await output(
            "/usr/bin/buildah", ["run", container, "--", "/bin/sh", "train.sh", "again"], environment)
        #expect(again == "hello from /app again")
        _ = try await output("/usr/bin/buildah", ["rm", container], environment)
    }

    // MARK: System packages

    @Test(arguments: [
        ("git", true), ("libgomp1", true), ("g++", true), ("git=1:2.39.5-0+deb12u2", true), ("libc6.1", true),
        ("-o", false), ("--install-suggests", false), ("a", false), ("Git", false), ("git;reboot", false),
        ("git\nRUN x", false), ("../x", false), ("git=", false), ("", false), ("git =1", false), ("g\u{e9}", false),
    ])
    func onlyWordsOfDebianNamePackages(_ word: String, _ isOne: Bool) {
        #expect(SystemPackageName.isValid(word) == isOne)
    }

    @Test func packagesAreInstalledWithoutAShell() {
        let text = SystemPackages.dockerfile(base: "registry.test/debian@sha256:abc", packages: ["libgomp1", "git"])
        let install = #"["env","DEBIAN_FRONTEND=noninteractive","apt-get","install","--yes","--no-install-recommends""#
        #expect(
            text == """
                FROM registry.test/debian@sha256:abc
                RUN ["apt-get","update"]
                RUN \(install),"--","git","libgomp1"]
                RUN ["rm","-rf","/var/lib/apt/lists","/var/cache/apt","/var/log/apt","/var/log/dpkg.log"]

                """)
    }

    /// The base image has a program in `apt-get`'s place that writes down what it was asked for.
    @Test(.enabled(if: tools.contains(.buildah) && RegistryServer.isThere))
    func packagesComeOnTopOfTheBaseAndBelowTheCode() async throws {
        let registry = try RegistryServer()
        let logins = try TemporaryFolder()
        let login = try registry.writeLogin(into: logins.path)
        let site = try Site(
            .buildah, registry: registry.host,
            more: ["REGISTRY_AUTH_FILE": "\(login)/config.json", "DOCKER_CONFIG": login])
        try await pushBase(to: registry, login: login, site.shop)
        try site.shop.folder.file("source/train.py", "print(1)\n")
        var request = try site.shop.request()
        request.build.baseImage = "\(registry.host)/team/base:v1"
        request.build.systemPackages = ["libgomp1", "git"]
        let first = try await site.builder.build(request) { [log = site.log] in log.record($0) }
        let unpacked = try site.shop.unpack(first)
        let asked = try String(contentsOfFile: "\(unpacked.root)/asked", encoding: .utf8)
        #expect(asked == "update\ninstall --yes --no-install-recommends -- git libgomp1\n")
        #expect(try site.shop.folder.text("unpacked/app/train.py") == "print(1)\n")
        #expect(first.base?.reference == request.build.baseImage)

        let said = site.log.lines.count
        try site.shop.folder.file("source/train.py", "print(2)\n")
        var changed = try site.shop.request()
        changed.build = request.build
        let second = try await site.builder.build(changed) { [log = site.log] in log.record($0) }
        #expect(site.log.lines.count == said, "a change of the code installs nothing")
        #expect(first.layers.dropLast() == second.layers.dropLast())
    }

    private func pushBase(to registry: RegistryServer, login: String, _ shop: Workshop) async throws {
        let root = "\(shop.folder.path)/rootfs"
        for folder in ["bin", "usr/bin"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        }
        try FileManager.default.copyItem(atPath: Self.busybox, toPath: "\(root)/bin/busybox")
        for name in ["bin/sh", "usr/bin/env", "bin/rm"] {
            try FileManager.default.createSymbolicLink(atPath: "\(root)/\(name)", withDestinationPath: "/bin/busybox")
        }
        try shop.folder.file("rootfs/usr/bin/apt-get", "#!/bin/sh\necho \"$*\" >> /asked\n", executable: true)
        let archive = "\(shop.folder.path)/rootfs.tar"
        _ = try await output("/bin/tar", ["--numeric-owner", "-C", root, "-cf", archive, "."])
        let layer = Array(try Data(contentsOf: URL(fileURLWithPath: archive)))
        let place = "\(shop.folder.path)/base-layout"
        let path: JSONValue = .array([.string("PATH=/usr/bin:/bin")])
        try SampleBase(layers: [layer], config: ["Env": path]).write(to: place)
        _ = try await output(
            "/usr/bin/skopeo",
            [
                "copy", "--dest-tls-verify=false", "--authfile", "\(login)/config.json", "oci:\(place):v1",
                "docker://\(registry.host)/team/base:v1",
            ], ["PATH": "/usr/bin:/bin", "HOME": shop.folder.path])
    }

    private func expectCode(_ code: String, _ body: () async throws -> Void) async {
        do {
            try await body()
            Issue.record("it is refused")
        } catch let failure as Diagnostic {
            #expect(failure.code.rawValue == code, "\(failure)")
        } catch {
            Issue.record("\(error)")
        }
    }
}
