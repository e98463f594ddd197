import Foundation
import Manifests
import Support
import Testing
import YAML

@testable import Images

@Suite struct EnvironmentFileTests {
    private func error(_ file: String, _ text: String, version: String? = "3.11") async throws -> Diagnostic? {
        let house = try WheelHouse()
        let shop = try house.shop([file: text])
        let request = try shop.request(python: python(file, version: version))
        do {
            _ = try await shop.build(request)
        } catch let error as Diagnostic {
            return error
        } catch let errors as Diagnostics {
            return errors.all.first
        }
        return nil
    }

    // MARK: pyproject.toml

    @Test func theDependenciesOfAProjectAreInstalled() async throws {
        let house = try WheelHouse()
        try house.add("apple", "1.0", requires: "pear>=1")
        try house.add("pear", "1.5")
        let shop = try house.shop([
            "pyproject.toml": """
            [project]
            name = "fruit"
            version = "1"
            requires-python = ">=3.11.4"
            dependencies = ["apple ~= 1.0", 'kiwi; sys_platform == "win32"']
            [project.optional-dependencies]
            more = ["missing"]
            [build-system]
            requires = ["missing"]
            build-backend = "evil"
            backend-path = ["."]
            """,
            "evil.py": "open('/tmp/slipway-evil', 'w')\n", "setup.py": "raise SystemExit(1)\n",
        ])
        let image = try await shop.build(try shop.request(python: python("pyproject.toml", version: "3.11")))
        #expect(image.frozenRequirements == ["apple==1.0", "pear==1.5"])
    }

    @Test(arguments: [
        ("", "SLW5166"), ("[tool.poetry.dependencies]\nnumpy = '*'\n", "SLW5166"),
        ("[project]\ndynamic = ['dependencies']\n", "SLW5167"),
        ("[project]\nrequires-python = '>=3.12'\n", "SLW5168"),
        ("[project]\nrequires-python = 'nonsense'\n", "SLW5165"),
        ("[project]\ndependencies = ['Mine_Own>1']\n[tool.uv.sources]\nmine-own = {path = '../x'}\n", "SLW5169"),
        ("[project]\ndependencies = ['x']\n[tool.uv.sources]\nx = [{git = 'https://h/x', marker = 'a'}]\n", "SLW5169"),
        ("[project]\ndependencies = ['x @ https://evil.example/x.whl']\n", "SLW5041"),
        ("[project]\ndependencies = ['--index-url https://evil.example']\n", "SLW5041"),
        ("[project]\ndependencies = ['./x']\n", "SLW5041"),
        ("[project]\ndependencies = ['x\\n--pre']\n", "SLW5041"),
        ("[project]\ndependencies = [\"x\\n--pre\"]\n", "SLW5041"),
        ("[project]\ndependencies = 'x'\n", "SLW5165"), ("[project]\ndependencies = [1]\n", "SLW5165"),
        ("project = 1\n", "SLW5165"), ("[project\n", "SLW5165"), ("\u{0}", "SLW5165"), ("x = nan\n[project]\n", nil),
        ("tool = 1\n[project]\n", "SLW5165"),
    ])
    func whatCannotBeUsedIsRefused(text: String, code: String?) async throws {
        #expect(try await error("pyproject.toml", text)?.code.rawValue == code, "\(text)")
    }

    @Test func aRefusedDependencyHasItsLine() async throws {
        let text = "[project]\nname = 'x'\ndependencies = [\n  'six',\n  'pkg @ file:///etc/passwd',\n]\n"
        let error = try await error("pyproject.toml", text)
        #expect(error?.location?.span.start.line == 5 && error?.location?.path == "pyproject.toml")
    }

    @Test func deepAndLargeFilesEnd() async throws {
        let depth = 200_000
        let deep = "x = " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(try await error("pyproject.toml", deep)?.code == "SLW5165")
        let dotted = "[project]\nx." + String(repeating: "a.", count: 3000) + "b = 1\n"
        #expect(try await error("pyproject.toml", dotted)?.code == "SLW5165")
        let large = "# " + String(repeating: "x", count: PythonTOML.limit)
        #expect(try await error("pyproject.toml", large)?.code == "SLW5013")
    }

    // MARK: uv.lock

    private func wheel(_ name: String, _ version: String, _ tag: String, _ hash: String) -> String {
        "{ url = \"https://elsewhere.example/\(name)-\(version)-\(tag).whl\", hash = \"\(hash)\", size = 1 },\n"
    }

    private func hash(_ house: WheelHouse, _ name: String, _ version: String, _ tag: String) throws -> String {
        String(try house.hash(name, version, tag: tag).dropFirst("--hash=".count))
    }

    private let head = "version = 1\nrevision = 3\nrequires-python = \">=3.9\"\n"
    private let registry = "source = { registry = \"https://pypi.example/simple\" }\n"

    @Test func aUVLockIsInstalledAsItSays() async throws {
        let house = try WheelHouse()
        let (any, arm) = ("py3-none-any", "cp311-cp311-manylinux_2_17_aarch64")
        // The wheel of the version that is not locked would be newer, and pear is not what apple says of itself.
        try house.add("apple", "1.0", requires: "missing", tag: arm)
        try house.add("apple", "2.0", requires: "missing", tag: arm)
        for (name, version) in [("pear", "1.5"), ("pear", "0.9"), ("fig", "1.0")] { try house.add(name, version) }
        let x86 = "cp311-cp311-manylinux_2_17_x86_64"
        let no = "sha256:" + String(repeating: "0", count: 64)
        let appleWheels =
            wheel("apple", "1.0", x86, no) + wheel("apple", "1.0", arm, try hash(house, "apple", "1.0", arm))
        let text =
            head + """
                [[package]]
                name = "job"
                version = "0.1.0"
                source = { virtual = "." }
                dependencies = [{ name = "apple", extra = ["more"] }, { name = "pear", version = "1.5", source = \
                { registry = "x" }, marker = "platform_machine == 'aarch64'" }, \
                { name = "pear", version = "0.9", marker = "platform_machine != 'aarch64'" }]
                [package.dev-dependencies]
                dev = [{ name = "kiwi" }]
                [package.metadata]
                requires-dist = [{ name = "apple" }]
                [[package]]
                name = "apple"
                version = "1.0"
                \(registry)wheels = [\(appleWheels)]
                [package.optional-dependencies]
                more = [{ name = "fig" }]
                less = [{ name = "kiwi" }]
                [[package]]
                name = "pear"
                version = "1.5"
                \(registry)wheels = [\(wheel("pear", "1.5", any, try hash(house, "pear", "1.5", any)))]
                [[package]]
                name = "pear"
                version = "0.9"
                \(registry)wheels = [\(wheel("pear", "0.9", any, try hash(house, "pear", "0.9", any)))]
                [[package]]
                name = "fig"
                version = "1.0"
                \(registry)wheels = [\(wheel("fig", "1.0", any, try hash(house, "fig", "1.0", any)))]
                [[package]]
                name = "kiwi"
                version = "1.0"
                source = { git = "https://host/kiwi?rev=1#2" }
                """
        let shop = try house.shop(["uv.lock": text])
        let platform = Platform(os: "linux", architecture: "arm64")
        let image = try await shop.build(
            try shop.request(python: python("uv.lock", version: "3.11"), platform: platform))
        #expect(image.frozenRequirements == ["apple==1.0", "fig==1.0", "pear==1.5"])
        // For this one the lock has digests of other wheels.
        let other = try shop.request(
            python: python("uv.lock", version: "3.11"), platform: Platform(os: "linux", architecture: "amd64"))
        #expect(await code { _ = try await shop.build(other) } == "SLW5047")
    }

    @Test(arguments: badLocks)
    func aUVLockThatCannotBeUsedIsRefused(lock: BadLock) async throws {
        #expect(try await error("uv.lock", lock.text)?.code.rawValue == lock.code, "\(lock.text)")
    }
}

// Parts of a uv.lock.

private func project(_ dependencies: String) -> String {
    "version = 1\n[[package]]\nname = 'job'\nsource = { editable = '.' }\ndependencies = [\(dependencies)]\n"
}

private let fits = "{ path = 'x-1.0-py3-none-any.whl', hash = 'sha256:00' }"

private func package(_ name: String, _ source: String, _ wheel: String = "", version: String = "1") -> String {
    "[[package]]\nname = '\(name)'\nversion = '\(version)'\nsource = \(source)\nwheels = [\(wheel)]\n"
}

/// A lock in parts, and the code of its refusal; `nil` where there is nothing to refuse.
struct BadLock: Sendable {
    let text: String
    let code: String?

    init(_ code: String?, _ parts: String...) {
        text = parts.joined()
        self.code = code
    }
}

let badLocks: [BadLock] = [
    BadLock("SLW5170", "version = 2\npackage = []\n"),
    BadLock("SLW5170", "x = 1\n"),
    BadLock("SLW5170", "version = 1\npackage = []\n"),
    BadLock("SLW5165", "version = 1\npackage = 1\n"),
    BadLock("SLW5165", "version = 1\n[[package]]\nname = 'a'\n"),
    BadLock("SLW5168", "version = 1\nrequires-python = '<3.10'\npackage = []\n"),
    BadLock("SLW5170", project("{ name = 'gone' }")),
    BadLock("SLW5165", project("{ name = 'a', marker = 'nonsense' }"), package("a", "{ registry = 'x' }")),
    BadLock("SLW5171", project("{ name = 'a' }"), package("a", "{ registry = 'x' }")),
    BadLock("SLW5169", project("{ name = 'a' }"), package("a", "{ git = 'https://h/a?rev=1' }")),
    BadLock("SLW5169", project("{ name = 'a' }"), package("a", "{ editable = 'packages/a' }")),
    BadLock("SLW5169", project("{ name = 'a' }"), package("a", "{ directory = '/etc' }")),
    BadLock("SLW5169", project("{ name = 'a' }"), package("a", "{ url = 'https://h/a.whl' }")),
    BadLock(nil, project("{ name = 'a', marker = \"sys_platform == 'win32'\" }"), package("a", "{ git = 'x' }")),
    BadLock("SLW5041", project("{ name = '--index-url' }"), package("--index-url", "{ registry = 'x' }", fits)),
    BadLock("SLW5041", project("{ name = 'a' }"), package("a", "{ registry = 'x' }", fits, version: "1 --pre")),
    BadLock(nil, project("{ name = 'job' }")),
]
