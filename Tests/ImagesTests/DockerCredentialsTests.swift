import Foundation
import Testing
import YAML

@testable import Images

/// Where logins of registries come from.
@Suite struct DockerCredentialsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func login(
        _ configuration: String, for host: String, patience: Duration = .seconds(30)
    ) async throws
        -> RegistryLogin?
    {
        try folder.file("docker/config.json", configuration)
        let environment = [
            "DOCKER_CONFIG": "\(folder.path)/docker", "PATH": "bin:\(folder.path)/bin:/usr/bin:/bin",
            "SLIPWAY_SECRET_HF_TOKEN": "s3cret", "CLOUD_REGION": "north",
        ]
        return try await StoredLogins(environment: environment, patience: patience).login(
            for: host, repository: "team/a")
    }

    private static let auth = Data("ada:s3:same".utf8).base64EncodedString()

    @Test(arguments: [
        ("{\"auths\": {\"r.io\": {\"auth\": \"\(auth)\"}}}", RegistryLogin.password(name: "ada", "s3:same")),
        ("{\"auths\": {\"https://r.io/v2/\": {\"auth\": \"\(auth)\"}}}", .password(name: "ada", "s3:same")),
        ("{\"auths\": {\"r.io\": {\"username\": \"a\", \"password\": \"b\"}}}", .password(name: "a", "b")),
        ("{\"auths\": {\"r.io\": {\"auth\": \"\(auth)\", \"identitytoken\": \"t\"}}}", .identityToken("t")),
        ("{\"auths\": {\"other.io\": {\"auth\": \"\(auth)\"}}}", nil), ("{}", nil),
        ("{\"auths\": {\"r.io\": {}}}", nil),
    ]) func aFileHasThem(_ configuration: String, _ expected: RegistryLogin?) async throws {
        #expect(try await login(configuration, for: "r.io") == expected)
    }

    @Test func dockersOwnRegistryHasAnOldName() async throws {
        let file = "{\"auths\": {\"https://index.docker.io/v1/\": {\"auth\": \"\(Self.auth)\"}}}"
        #expect(try await login(file, for: "docker.io") == .password(name: "ada", "s3:same"))
    }

    @Test(arguments: ["{", "{\"auths\": []}", "{\"auths\": {\"r.io\": {\"auth\": \"%%%\"}}}"])
    func aBrokenFileIsSaid(_ configuration: String) async throws {
        #expect(await code { _ = try await login(configuration, for: "r.io") } == "SLW5089")
    }

    @Test func noFileIsNoLogin() async throws {
        #expect(try await StoredLogins(environment: ["HOME": folder.path]).login(for: "r.io", repository: "a") == nil)
        #expect(try await StoredLogins(environment: [:]).login(for: "r.io", repository: "a") == nil)
    }

    private static let helper = """
        #!/bin/sh
        [ "$1" = get ] || exit 9
        read -r registry
        [ "$CLOUD_REGION" = north ] || exit 8
        [ -z "$SLIPWAY_SECRET_HF_TOKEN" ] || exit 7
        printf '{"ServerURL": "%s", "Username": "ada", "Secret": "from-%s"}' "$registry" "$registry"

        """

    @Test func aHelperIsAsked() async throws {
        try folder.file("bin/docker-credential-ours", Self.helper, executable: true)
        let expected = RegistryLogin.password(name: "ada", "from-r.io")
        #expect(try await login("{\"credHelpers\": {\"r.io\": \"ours\"}}", for: "r.io") == expected)
        #expect(try await login("{\"credsStore\": \"ours\"}", for: "r.io") == expected)
        #expect(try await login("{\"credHelpers\": {\"r.io\": \"ours\"}}", for: "other.io") == nil)
    }

    @Test(arguments: ["../../bin/sh", "a b", "", "$(touch x)", "-rf"])
    func aNameThatIsNoneStartsNothing(_ name: String) async throws {
        try folder.file("bin/docker-credential-", "#!/bin/sh\ntouch \(folder.path)/started\n", executable: true)
        let file = "{\"credHelpers\": {\"r.io\": \"\(name)\"}}"
        #expect(await code { _ = try await login(file, for: "r.io") } == "SLW5090")
        #expect(try !folder.names().contains("started"))
    }

    @Test(arguments: ["exit 3", "echo no JSON", "sleep 60"]) func aHelperThatFailsIsSaid(_ body: String) async throws {
        try folder.file("bin/docker-credential-bad", "#!/bin/sh\n\(body)\n", executable: true)
        let file = "{\"credHelpers\": {\"r.io\": \"bad\"}}"
        let patience = Duration.milliseconds(body.hasPrefix("sleep") ? 100 : 30_000)
        #expect(await code { _ = try await login(file, for: "r.io", patience: patience) } == "SLW5090")
    }

    @Test func aHelperThatHasNoneSaysSo() async throws {
        let body = "#!/bin/sh\necho 'credentials not found in native keychain'\nexit 1\n"
        try folder.file("bin/docker-credential-empty", body, executable: true)
        #expect(try await login("{\"credsStore\": \"empty\"}", for: "r.io") == nil)
    }

    // MARK: - Podman's

    private func podman(
        _ files: [String: String], _ repository: String, _ more: [String: String] = [:]
    ) async throws -> String? {
        for (name, text) in files { try folder.file(name, text) }
        var environment = ["HOME": "\(folder.path)/home", "XDG_RUNTIME_DIR": "\(folder.path)/run"]
        environment.merge(more) { _, new in new }
        let login = try await StoredLogins(environment: environment).login(for: "r.io", repository: repository)
        guard case .password(let name, _)? = login else { return nil }
        return name
    }

    private static func file(_ entries: [String: String]) -> String {
        let auths = entries.map { "\"\($0.key)\": {\"username\": \"\($0.value)\", \"password\": \"p\"}" }
        return "{\"auths\": {\(auths.joined(separator: ", "))}}"
    }

    @Test func theLongestKeyThatFitsCounts() async throws {
        let file = Self.file([
            "r.io": "host", "r.io/team": "team", "r.io/team/a/b": "deep", "r.io/tea": "no", "other.io/team/a": "no",
        ])
        for (repository, expected) in [
            ("team/a", "team"), ("team/a/b", "deep"), ("team/a/b/c", "deep"), ("team", "team"), ("teams", "host"),
            ("x/team/a", "host"),
        ] {
            #expect(try await podman(["run/containers/auth.json": file], repository) == expected, "\(repository)")
        }
        let part = Self.file(["r.io/team": "team"])
        #expect(try await podman(["run/containers/auth.json": part], "other") == nil, "a part is not the whole")
    }

    @Test func theFirstFileThatHasOneCounts() async throws {
        var files = ["home/.config/containers/auth.json": Self.file(["r.io": "fourth"])]
        #expect(try await podman(files, "a") == "fourth")
        files["run/containers/auth.json"] = Self.file(["r.io": "third"])
        #expect(try await podman(files, "a") == "third")
        files["named.json"] = Self.file(["r.io": "second"])
        let named = ["REGISTRY_AUTH_FILE": "\(folder.path)/named.json"]
        #expect(try await podman(files, "a", named) == "second")
        files["home/.docker/config.json"] = Self.file(["other.io": "none"])
        #expect(try await podman(files, "a", named) == "second", "Docker's has none for it")
        files["home/.docker/config.json"] = Self.file(["r.io": "first"])
        #expect(try await podman(files, "a", named) == "first")
        files["named.json"] = "{"
        try folder.file("home/.docker/config.json", "{}")
        #expect(
            await code {
                try folder.file("named.json", "{"); _ = try await podman([:], "a", named)
            } == "SLW5089")
    }
}
