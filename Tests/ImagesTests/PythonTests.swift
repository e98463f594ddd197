import Foundation
import Manifests
import Testing
import YAML

@testable import Images

@Suite struct PythonTests {
    private func shop(_ house: WheelHouse, _ requirements: String) throws -> Workshop {
        try house.shop(["requirements.txt": requirements])
    }

    @Test func packagesWorkAfterUnpacking() async throws {
        let house = try WheelHouse()
        try house.add("apple", "1.0", requires: "pear>=1")
        try house.add("pear", "1.5")
        let shop = try shop(house, "apple\n")
        let image = try await shop.build(try shop.request(python: python()))
        #expect(image.frozenRequirements == ["apple==1.0", "pear==1.5"])
        #expect(image.layers.count == 2)
        let interpreter = try await PythonInterpreter.find(version: nil)
        #expect(image.interpreter == interpreter.identity)
        let unpacked = try shop.unpack(image)
        var environment = unpacked.environment
        #expect(environment["PYTHONPATH"] == "\(unpacked.root)/opt/python/site-packages")
        let folder = (interpreter.path as NSString).deletingLastPathComponent
        environment["PATH"] = (environment["PATH"] ?? "") + ":" + folder
        let code = """
            import apple, pear, importlib.metadata as m
            print(apple.version, pear.version, [str(f) for f in m.files('apple')])
            """
        let line = try await output(interpreter.path, ["-c", code], environment)
        #expect(
            line == "1.0 1.5 ['apple-1.0.dist-info/METADATA', 'apple-1.0.dist-info/RECORD', "
                + "'apple-1.0.dist-info/WHEEL', 'apple-1.0.dist-info/entry_points.txt', 'apple.py', "
                + "'bin/apple-script', 'bin/apple-tool']")
        let packages = "\(unpacked.root)/opt/python/site-packages"
        #expect(try await output("\(packages)/bin/apple-tool", [], environment) == "1.0")
        #expect(try await output("\(packages)/bin/apple-script", [], environment) == "script")
    }

    @Test func theLayerHasNothingOfTheMachine() async throws {
        let house = try WheelHouse()
        try house.add("apple", "1.0")
        let (one, two) = (try shop(house, "apple==1.0\n"), try shop(house, "apple==1.0\n"))
        let first = try await one.build(try one.request(python: python()))
        let second = try await two.build(try two.request(python: python()))
        #expect(first.manifestDigest == second.manifestDigest)
        let unpacked = try one.unpack(first)
        let interpreter = try await PythonInterpreter.find(version: nil)
        for name in try one.folder.names("unpacked") {
            #expect(!name.hasSuffix("INSTALLER") && !name.hasSuffix("direct_url.json"))
            guard let data = FileManager.default.contents(atPath: "\(unpacked.root)/\(name)") else { continue }
            let text = String(decoding: data, as: UTF8.self)
            #expect(!text.contains(one.folder.path) && !text.contains(interpreter.path), "\(name)")
        }
    }

    @Test func aChangedFileRebuildsOnlyTheSource() async throws {
        let house = try WheelHouse()
        try house.add("apple", "1.0")
        let shop = try shop(house, "apple\n")
        let first = try await shop.build(try shop.request(python: python()))
        // Neither a newer package nor an index that has gone away has a say until the requirements change.
        try house.add("apple", "2.0")
        try house.remove("apple", "1.0")
        try shop.folder.file("source/train.py", "print('ho')\n")
        try shop.folder.file("source/requirements.txt", "# a comment changes nothing\napple\n")
        let second = try await shop.build(try shop.request(python: python()))
        #expect(second.layers[0] == first.layers[0] && second.layers[1] != first.layers[1])
        #expect(second.frozenRequirements == ["apple==1.0"])
        try shop.folder.file("source/requirements.txt", "apple>=2\n")
        let third = try await shop.build(try shop.request(python: python()))
        #expect(third.frozenRequirements == ["apple==2.0"])
        #expect(third.layers[0] != first.layers[0])
    }

    @Test func manyJobsWithTheSamePackagesInstallOnce() async throws {
        let house = try WheelHouse()
        try house.add("apple", "1.0")
        let shop = try shop(house, "apple\n")
        let log = Recorder()
        let requests = try (0..<4).map { number in
            try shop.folder.file("source\(number)/requirements.txt", "apple\n")
            try shop.folder.file("source\(number)/job.py", "print(\(number))\n")
            return try shop.request("source\(number)", python: python())
        }
        let images = try await withThrowingTaskGroup(of: BuiltImage.self) { group in
            for request in requests {
                group.addTask { try await shop.builder.build(request) { log.record($0) } }
            }
            return try await group.reduce(into: [BuiltImage]()) { $0.append($1) }
        }
        #expect(log.lines.filter { $0.contains("Successfully downloaded") }.count == 1)
        #expect(Set(images.map(\.layers[0])).count == 1)
        #expect(Set(images.map(\.manifestDigest)).count == 4)
    }

    @Test func aMissingPackageIsNamed() async throws {
        let house = try WheelHouse()
        let shop = try shop(house, "no-such-package==9\n")
        let request = try shop.request(python: python())
        let error = await #expect(throws: Diagnostic.self) { try await shop.build(request) }
        #expect(error?.code == "SLW5047")
        #expect(error?.notes.contains { $0.message.contains("no-such-package") } == true)
        #expect(try shop.folder.names("cache/scratch").isEmpty)
    }

    @Test func anIndexThatDoesNotAnswerIsSaidSo() async throws {
        let house = try WheelHouse()
        var environment = house.environment
        environment["PIP_NO_INDEX"] = nil
        environment["PIP_FIND_LINKS"] = nil
        environment["PIP_RETRIES"] = "1"
        // Port 1 of this machine: nothing listens there.
        environment["PIP_INDEX_URL"] = "http://127.0.0.1:1/simple"
        for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
            environment[name] = nil
        }
        let shop = try Workshop(environment: environment)
        try shop.folder.file("source/requirements.txt", "apple\n")
        let request = try shop.request(python: python())
        #expect(await code { _ = try await shop.build(request) } == "SLW5048")
    }

    @Test func aMissingInterpreterIsToldWithWhatWasFound() async throws {
        let error = await #expect(throws: Diagnostic.self) { try await PythonInterpreter.find(version: "3.99") }
        #expect(error?.code == "SLW5045")
        #expect(error?.message.contains("cpython 3.") == true)
        #expect(
            await code { _ = try await PythonInterpreter.find(version: nil, environment: ["PATH": ""]) } == "SLW5045")
        for version in ["3", "3.x", "../3.1", "2.7", "3.11.4", "--help"] {
            #expect(await code { _ = try await PythonInterpreter.find(version: version) } == "SLW5044")
        }
    }

    @Test func requirementsMustBeOfTheSource() async throws {
        let shop = try Workshop()
        try shop.folder.file("outside.txt", "six\n")
        try shop.folder.file("source/ignored.txt", "six\n")
        try shop.folder.file("source/.slipwayignore", "ignored.txt\n")
        try shop.folder.link("source/link.txt", to: "real.txt")
        for path in ["../outside.txt", "ignored.txt", "missing.txt", "link.txt", "/etc/hosts"] {
            let request = try shop.request(python: python(path))
            #expect(await code { _ = try await shop.build(request) } == "SLW5043", "\(path)")
        }
    }

    @Test func aTokenOfThisProcessDoesNotReachTools() {
        let all = ["PATH": "/bin", "HF_TOKEN": "secret", "PYTHONPATH": "/x", "PIP_TARGET": "/x", "PIP_INDEX_URL": "u"]
        #expect(
            ToolEnvironment.select(all, folder: "/w") == ["PATH": "/bin", "PIP_INDEX_URL": "u", "LC_ALL": "C.UTF-8"])
    }

    @Test func aRelativeFolderOfWheelsIsWhereTheCallerIs() {
        let all = ["PIP_FIND_LINKS": "wheels ./more /srv/w ~/w https://h/w file:///w"]
        let found = ToolEnvironment.select(all, folder: "/w")["PIP_FIND_LINKS"]
        #expect(found == "/w/wheels /w/./more /srv/w ~/w https://h/w file:///w")
    }

    @Test func packagesOfTheIndexWork() async throws {
        let shop = try Workshop()
        try shop.folder.file("source/requirements.txt", "six==1.17.0\nidna==3.13\n")
        let request = try shop.request(python: python())
        let image: BuiltImage
        do {
            image = try await shop.build(request)
        } catch let error as Diagnostic where error.code == "SLW5048" {
            try Test.cancel("the package index cannot be reached from here")
        }
        #expect(image.frozenRequirements == ["idna==3.13", "six==1.17.0"])
        let unpacked = try shop.unpack(image)
        let interpreter = try await PythonInterpreter.find(version: nil)
        let line = try await output(
            interpreter.path, ["-c", "import six, idna; print(six.__version__, six.__file__)"], unpacked.environment)
        #expect(line == "1.17.0 \(unpacked.root)/opt/python/site-packages/six.py")
    }
}
