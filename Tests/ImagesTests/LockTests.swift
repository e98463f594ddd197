import Foundation
import Manifests
import Support
import Testing
import YAML

@testable import Images

@Suite struct LockTests {
    private func locker(_ house: WheelHouse, _ shop: Workshop) -> PythonLocker {
        PythonLocker(cacheFolder: "\(shop.folder.path)/cache", environment: house.environment)
    }

    private func fruit() throws -> WheelHouse {
        let house = try WheelHouse()
        try house.add("apple", "1.0", requires: "pear>=1")
        try house.add("pear", "1.5")
        return house
    }

    @Test func aLockIsWrittenAndIsWhatIsInstalled() async throws {
        let house = try fruit()
        let shop = try house.shop(["requirements.txt": "apple\n"])
        let locker = locker(house, shop)
        let request = {
            try shop.request(python: python(version: "3.11"), platform: Platform(os: "linux", architecture: "amd64"))
        }
        #expect(try await locker.check([try request()]).state == .missing)
        let report = try await locker.lock([try request()], upgrade: false) { _ in }
        #expect(report.state == .written && report.added == ["apple==1.0", "pear==1.5"] && report.removed == [])
        let text = try shop.folder.text("source/requirements.lock")
        #expect(text.contains("# target cpython 3.11 linux/amd64, asked sha256:"))
        #expect(
            text.hasSuffix(
                "apple==1.0 \\\n    \(try house.hash("apple", "1.0"))\n"
                    + "pear==1.5 \\\n    \(try house.hash("pear", "1.5"))\n"
            ))
        // A newer package has no say, neither in a build nor where it is locked again.
        try house.add("pear", "1.6")
        #expect(try await locker.check([try request()]).state == .current)
        #expect(try await locker.lock([try request()], upgrade: false) { _ in }.state == .current)
        #expect(try await shop.build(try request()).frozenRequirements == ["apple==1.0", "pear==1.5"])
        let upgraded = try await locker.lock([try request()], upgrade: true) { _ in }
        #expect(upgraded.added == ["pear==1.6"] && upgraded.removed == ["pear==1.5"])
        #expect(try await shop.build(try request()).frozenRequirements == ["apple==1.0", "pear==1.6"])
    }

    @Test func theSameChoiceGivesTheSameBytes() async throws {
        let house = try fruit()
        var texts: Set<String> = []
        for name in ["requirements.txt", "requirements.txt", "pyproject.toml"] {
            let isProject = name == "pyproject.toml"
            let shop = try house.shop([name: isProject ? "[project]\ndependencies = ['apple']\n" : "apple\n"])
            let request = try shop.request(python: python(name, version: "3.12"))
            _ = try await locker(house, shop).lock([request], upgrade: false) { _ in }
            let lock = try shop.folder.text("source/\(isProject ? "pyproject" : "requirements").lock")
            texts.insert(lock.replacing(name, with: "FILE"))
        }
        #expect(texts.count == 1)
    }

    @Test func aStaleLockIsNoLock() async throws {
        let house = try fruit()
        let shop = try house.shop(["requirements.txt": "apple\n"])
        let locker = locker(house, shop)
        let request = { version in try shop.request(python: python(version: version)) }
        _ = try await locker.lock([try request("3.11")], upgrade: false) { _ in }
        // What asks for the same is not stale, whatever else is written.
        try shop.folder.file("source/requirements.txt", "# why\n\n  apple\n")
        #expect(try await locker.check([try request("3.11")]).state == .current)
        _ = try await shop.build(try request("3.11"))
        let other = try request("3.12")
        #expect(await code { _ = try await shop.build(other) } == "SLW5172")
        try shop.folder.file("source/requirements.txt", "apple>=1\n")
        let changed = try request("3.11")
        let error = await #expect(throws: Diagnostic.self) { try await shop.build(changed) }
        #expect(error?.code == "SLW5172" && error?.remedy?.contains("reconcile lock job") == true)
        #expect(try await locker.check([changed]).state == .stale)
        _ = try await locker.lock([changed], upgrade: false) { _ in }
        _ = try await shop.build(try request("3.11"))
        // Where nothing is asked for any more, nothing has to be locked.
        try shop.folder.file("source/requirements.txt", "# none\n")
        #expect(try await shop.build(try request("3.11")).layers.count == 1)
        #expect(try await locker.check([try request("3.11")]).state == .notNeeded)
    }

    @Test func aLockHasAPartForEachTarget() async throws {
        let house = try WheelHouse()
        for machine in ["x86_64", "aarch64"] {
            try house.add("apple", "1.0", tag: "py3-none-manylinux_2_17_\(machine)")
        }
        let shop = try house.shop(["requirements.txt": "apple\n"])
        let locker = locker(house, shop)
        let requests = {
            try [("3.11", "amd64"), ("3.12", "arm64")].map { version, machine in
                try shop.request(
                    python: python(version: version), platform: Platform(os: "linux", architecture: machine))
            }
        }
        _ = try await locker.lock([try requests()[0]], upgrade: false) { _ in }
        try house.add("apple", "1.1", tag: "py3-none-manylinux_2_17_x86_64")
        // The part that is there stays; only the other one is resolved.
        let report = try await locker.lock(try requests(), upgrade: false) { _ in }
        #expect(report.targets.map(\.name) == ["cpython 3.11 linux/amd64", "cpython 3.12 linux/arm64"])
        let text = try shop.folder.text("source/requirements.lock")
        #expect(text.contains("apple==1.0; python_version == \"3.11\" and platform_machine == \"x86_64\" \\\n"))
        #expect(text.contains("apple==1.0; python_version == \"3.12\" and platform_machine == \"aarch64\" \\\n"))
        for request in try requests() { #expect(try await shop.build(request).frozenRequirements == ["apple==1.0"]) }
        // pip takes the part that holds for its own interpreter.
        #expect(try await locker.check(try requests()).state == .current)
        let one = try await locker.lock([try requests()[1]], upgrade: false) { _ in }
        #expect(one.targets.count == 1)
        #expect(!(try shop.folder.text("source/requirements.lock")).contains("python_version"))
    }

    @Test func aChangedPackageIsRefusedByItsDigest() async throws {
        let house = try fruit()
        let shop = try house.shop(["requirements.txt": "apple\n"])
        let request = { try shop.request(python: python()) }
        _ = try await locker(house, shop).lock([try request()], upgrade: false) { _ in }
        try house.add("pear", "1.5", files: ["evil.py": "x = 1\n"])
        let changed = try request()
        let error = await #expect(throws: Diagnostic.self) { try await shop.build(changed) }
        #expect(error?.code == "SLW5160")
        #expect(error?.notes.contains { $0.message.contains("pear==1.5") } == true)
        #expect(try shop.folder.names("cache/scratch").isEmpty)
        #expect(try shop.folder.names("layout/blobs/sha256").isEmpty)
    }

    @Test func aChangedSourceFileDoesNotRebuildTheEnvironment() async throws {
        let house = try fruit()
        let shop = try house.shop(["requirements.txt": "apple\n"])
        let request = { try shop.request(python: python()) }
        _ = try await locker(house, shop).lock([try request()], upgrade: false) { _ in }
        let first = try await shop.build(try request())
        // Nothing to install from: the layer has to be found.
        for (name, version) in [("apple", "1.0"), ("pear", "1.5")] { try house.remove(name, version) }
        try shop.folder.file("source/train.py", "print('ho')\n")
        let second = try await shop.build(try request())
        #expect(second.layers[0] == first.layers[0] && second.layers[1] != first.layers[1] && !second.reused)
    }

    @Test func aBuildWithoutALockSaysSo() async throws {
        let house = try fruit()
        let shop = try house.shop(["requirements.txt": "apple\n"])
        let log = Recorder()
        _ = try await shop.builder.build(try shop.request(python: python())) { log.record($0) }
        #expect(
            log.lines.contains { $0.hasPrefix("requirements.txt has no lock") && $0.contains("reconcile lock job") })
        let lines = try ["apple", "pear"].map {
            "\($0)==\($0 == "apple" ? "1.0" : "1.5") \(try house.hash($0, $0 == "apple" ? "1.0" : "1.5"))\n"
        }
        try shop.folder.file("source/requirements.txt", lines.joined())
        let quiet = Recorder()
        _ = try await shop.builder.build(try shop.request(python: python())) { quiet.record($0) }
        #expect(!quiet.lines.contains { $0.contains("no lock") })
        #expect(try await locker(house, shop).check([try shop.request(python: python())]).state == .notNeeded)
        try shop.folder.file("source/requirements.txt", lines[0])
        let incomplete = try shop.request(python: python())
        #expect(await code { _ = try await shop.build(incomplete) } == "SLW5161")
    }

    @Test func aFileOfAnotherToolIsLeftAlone() async throws {
        let house = try fruit()
        let shop = try house.shop(["requirements.txt": "apple\n", "requirements.lock": "# by rye\napple==1.0\n"])
        let request = try shop.request(python: python())
        #expect(try await shop.build(request).frozenRequirements == ["apple==1.0", "pear==1.5"])
        #expect(await code { _ = try await locker(house, shop).lock([request], upgrade: false) { _ in } } == "SLW5174")
        #expect(try shop.folder.text("source/requirements.lock") == "# by rye\napple==1.0\n")
    }

    @Test(arguments: [
        ("apple==1.0", "--index-url https://evil.example\napple==1.0"), ("    --hash=sha256:", "    --hash=md5:"),
        (" \\\n    --hash", "\n# --hash"), ("apple==1.0", "apple @ https://evil.example/apple.whl"),
        ("asked sha256:", "asked sha256:x"), ("apple==", "apple>="),
    ])
    func anEditedLockIsRefused(old: String, new: String) async throws {
        let house = try fruit()
        let shop = try house.shop(["requirements.txt": "apple\n"])
        _ = try await locker(house, shop).lock([try shop.request(python: python())], upgrade: false) { _ in }
        let text = try shop.folder.text("source/requirements.lock")
        #expect(text.contains(old))
        try shop.folder.file("source/requirements.lock", text.replacing(old, with: new))
        let request = try shop.request(python: python())
        let found = await code { _ = try await shop.build(request) }
        #expect(["SLW5041", "SLW5173"].contains(found), "\(found ?? "built")")
    }

    @Test func anIndexThatHangsEnds() async throws {
        let house = try WheelHouse()
        let server = try SilentServer()
        var environment = house.environment.filter { !$0.key.lowercased().hasSuffix("_proxy") }
        environment["PIP_NO_INDEX"] = nil
        environment["PIP_FIND_LINKS"] = nil
        environment["PIP_INDEX_URL"] = "http://127.0.0.1:\(server.port)/simple"
        environment["PIP_DEFAULT_TIMEOUT"] = "60"
        let scratch = try TemporaryFolder()
        let tool = try await PythonInterpreter.findWithPip(environment: environment)
        var download = WheelDownload(
            environment: environment, tool: tool, target: try PythonTarget(tool.identity, .host))
        let apple = try Requirements(Array("apple\n".utf8), path: "requirements.txt")
        download.deadline = .seconds(3)
        #expect(await code { _ = try await download.fetch(apple, scratch: scratch.path) { _ in } } == "SLW5050")
        download = WheelDownload(
            environment: environment.merging(["PIP_DEFAULT_TIMEOUT": "1", "PIP_RETRIES": "1"]) { $1 }, tool: tool,
            target: try PythonTarget(tool.identity, .host))
        #expect(await code { _ = try await download.fetch(apple, scratch: scratch.path) { _ in } } == "SLW5048")
    }
}

/// A server of this machine that takes connections and never answers.
private final class SilentServer: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                bind(socket, general, length) == 0 && listen(socket, 64) == 0
                    && getsockname(socket, general, &length) == 0
            }
        }
        try #require(isBound)
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}
