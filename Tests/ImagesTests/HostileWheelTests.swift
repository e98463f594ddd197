import Foundation
import Manifests
import Support
import Testing
import YAML

@testable import Images

@Suite struct HostileWheelTests {
    /// Installs one wheel, given its bytes, below a folder with room beside it.
    private func install(
        _ bytes: [UInt8], _ limits: UnpackLimits = UnpackLimits(entries: 100, bytes: 1 << 20)
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/apple-1.0-py3-none-any.whl"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let name = try #require(WheelName("apple-1.0-py3-none-any.whl"))
        let wheel = Wheel(name: name, path: path, digest: Digest(of: bytes))
        try FileManager.default.createDirectory(atPath: "\(folder.path)/deep/site", withIntermediateDirectories: true)
        var installation = WheelInstallation(folder: "\(folder.path)/deep/site", limits: limits)
        defer { try? FileManager.default.removeItem(atPath: path) }
        do {
            try installation.add(wheel)
        } catch {
            // Whatever was installed before it was refused, nothing is outside of the folder.
            #expect(
                try folder.names().filter { !$0.hasPrefix("deep/site/") } == [
                    "apple-1.0-py3-none-any.whl", "deep", "deep/site",
                ])
            throw error
        }
        return folder
    }

    private func install(_ files: [String: String], links: Set<String> = []) throws -> TemporaryFolder {
        var wheel = WheelSample("apple", "1.0")
        wheel.files = files
        wheel.links = links
        return try install(wheel.bytes)
    }

    @Test(arguments: [
        "../evil", "a/../../evil", "/tmp/evil", "apple-1.0.data/scripts/../../../evil", "apple-1.0.data/data/../evil",
        "apple-1.0.data/unknown/evil", "a\\..\\evil", "a\u{1B}[2J", "other-1.0.dist-info/METADATA",
        "apple-2.0.dist-info/METADATA", "apple.py/below-a-file", String(repeating: "d/", count: 200) + "x",
    ])
    func aFileThatWouldBeElsewhereIsRefused(path: String) throws {
        #expect(code { _ = try install([path: "x"]) } == "SLW5162")
    }

    @Test func aLinkIsRefused() throws {
        #expect(code { _ = try install(["link": "/etc/passwd"], links: ["link"]) } == "SLW5162")
    }

    @Test(arguments: ["../../evil", "/tmp/evil", "..", "a/b", "a\\b"])
    func aCommandThatIsNoFileNameIsRefused(name: String) throws {
        let entries = "[console_scripts]\n\(name) = apple:main\n"
        #expect(code { _ = try install(["apple-1.0.dist-info/entry_points.txt": entries]) } == "SLW5162")
    }

    @Test func aCommandThatIsNoFunctionIsLeftOut() throws {
        let entries = "[console_scripts]\none = apple:main\ntwo = os;evil:main\nthree = apple:main() or evil\n"
        let folder = try install(["apple-1.0.dist-info/entry_points.txt": entries])
        #expect(try folder.names("deep/site/bin") == ["apple-script", "one"])
    }

    @Test func theListOfFilesIsNotBelieved() throws {
        let record = "../../../../etc/passwd,,\n/etc/passwd,,\napple.py,sha256=wrong,7\nnot-there.py,,\n"
        let folder = try install(["apple-1.0.dist-info/RECORD": record, "apple-1.0.dist-info/INSTALLER": "evil\n"])
        let written = try folder.text("deep/site/apple-1.0.dist-info/RECORD").split(separator: "\n")
        #expect(
            written.map { $0.prefix { $0 != "," } } == [
                "apple-1.0.dist-info/METADATA", "apple-1.0.dist-info/RECORD", "apple-1.0.dist-info/WHEEL",
                "apple-1.0.dist-info/entry_points.txt", "apple.py", "bin/apple-script", "bin/apple-tool",
            ])
        #expect(!written.contains { $0.contains("wrong") })
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/deep/site/apple-1.0.dist-info/INSTALLER"))
    }

    @Test func aWheelWithoutDescriptionIsRefused() throws {
        var wheel = WheelSample("pear", "1.0")
        wheel.files = [:]
        #expect(code { _ = try install(wheel.bytes) } == "SLW5162")
    }

    @Test func limitsHold() throws {
        var wheel = WheelSample("apple", "1.0")
        wheel.files = ["large": String(repeating: "x", count: 1 << 20)]
        #expect(code { _ = try install(wheel.bytes) } == "SLW5164")
        wheel.files = Dictionary(uniqueKeysWithValues: (0..<100).map { ("many/\($0)", "") })
        #expect(code { _ = try install(wheel.bytes) } == "SLW5164")
    }

    @Test func aDamagedWheelIsSaidSo() throws {
        var wheel = WheelSample("apple", "1.0")
        wheel.files = ["apple.py": "version = 'a text that will be changed'\n"]
        let bytes = wheel.bytes
        let text = Array("will be".utf8)
        let place = try #require(bytes.firstRange(of: text))
        var changed = bytes
        changed[place.lowerBound] = UInt8(ascii: "k")
        for bytes in [[], Array("no archive".utf8), changed, Array(bytes.prefix(bytes.count / 2))] {
            #expect(code { _ = try install(bytes) } == "SLW5163")
        }
    }

    @Test func whereTwoWheelsBringOneFileTheLaterStays() async throws {
        let house = try WheelHouse()
        try house.add("apple", "1.0", files: ["shared.py": "x = 1\n"])
        try house.add("pear", "1.0", files: ["shared.py": "x = 2\n"])
        let shop = try house.shop(["requirements.txt": "pear\napple\n"])
        _ = try shop.unpack(try await shop.build(try shop.request(python: python())))
        #expect(try shop.folder.text("unpacked/opt/python/site-packages/shared.py") == "x = 2\n")
    }

    @Test func everyPartOfAWheelHasItsPlace() throws {
        let data = "apple-1.0.data"
        let folder = try install([
            "\(data)/purelib/a.py": "", "\(data)/platlib/b.so": "", "\(data)/data/share/c": "",
            "\(data)/headers/d.h": "", "\(data)/scripts/e": "#!pythonw -x\nprint()\n",
            "\(data)/scripts/f": "#!/bin/sh\n",
        ])
        let names = try folder.names("deep/site")
        for name in ["a.py", "b.so", "share/c", "include/apple/d.h", "bin/e", "bin/f"] { #expect(names.contains(name)) }
        #expect(try folder.text("deep/site/bin/e") == "#!/usr/bin/env python3\nprint()\n")
        #expect(try folder.text("deep/site/bin/f") == "#!/bin/sh\n")
        #expect(isTool("\(folder.path)/deep/site/bin/f") && !isTool("\(folder.path)/deep/site/a.py"))
    }
}
