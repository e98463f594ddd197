import Foundation
import Manifests
import Support
import Testing
import YAML

@testable import Images

@Suite struct PlatformTests {
    private let arm = Platform(os: "linux", architecture: "arm64")

    private func target(_ version: String, _ architecture: String) throws -> PythonTarget {
        try PythonTarget(
            PythonInterpreter.Identity(implementation: "cpython", version: version),
            Platform(os: "linux", architecture: architecture))
    }

    @Test func wheelsAndConditionsAreThoseOfTheTarget() async throws {
        let house = try WheelHouse()
        try house.add(
            "apple", "1.0", requires: "pear; platform_machine == 'aarch64'", "plum; platform_machine == 'x86_64'",
            "kiwi; python_version < '3.10'", "fig; python_full_version < '3.9.3'",
            tag: "cp39-cp39-manylinux_2_17_aarch64")
        try house.add("apple", "1.0", tag: "cp39-cp39-manylinux_2_17_x86_64")
        for name in ["pear", "plum", "kiwi", "fig"] { try house.add(name, "1.0") }
        let shop = try house.shop(["requirements.txt": "apple\nplum; sys_platform == 'win32'\n"])
        let image = try await shop.build(try shop.request(python: python(version: "3.9"), platform: arm))
        #expect(image.frozenRequirements == ["apple==1.0", "fig==1.0", "kiwi==1.0", "pear==1.0"])
        #expect(image.interpreter == PythonInterpreter.Identity(implementation: "cpython", version: "3.9"))
        #expect(try shop.layout.platform(image.manifestDigest) == arm)
        // Its commands work wherever there is a python3: nothing of this machine is in them.
        let unpacked = try shop.unpack(image)
        let command = "\(unpacked.root)/opt/python/site-packages/bin/apple-tool"
        #expect(try String(contentsOfFile: command, encoding: .utf8).hasPrefix("#!/usr/bin/env python3\n"))
        #expect(isTool(command))
    }

    @Test func aPlatformWithoutAWheelIsNamed() async throws {
        let house = try WheelHouse()
        try house.add("apple", "1.0", tag: "py3-none-manylinux_2_17_x86_64")
        let shop = try house.shop(["requirements.txt": "apple\n"])
        let request = try shop.request(python: python(version: "3.11"), platform: arm)
        let error = await #expect(throws: Diagnostic.self) { try await shop.build(request) }
        #expect(error?.code == "SLW5047" && error?.message.contains("cpython 3.11 linux/arm64") == true)
    }

    @Test func imagesOfTwoPlatformsAreTwo() async throws {
        let house = try WheelHouse()
        try house.add("apple", "1.0")
        let shop = try house.shop(["requirements.txt": "apple\n"])
        let amd = Platform(os: "linux", architecture: "amd64")
        let one = try await shop.build(try shop.request(python: python(version: "3.11"), platform: amd))
        let two = try await shop.build(try shop.request(python: python(version: "3.11"), platform: arm))
        #expect(one.manifestDigest != two.manifestDigest)
        let config = try shop.layout.config(two.manifestDigest)
        #expect(config.variable("PYTHONPATH") == ImagePaths.packages)
    }

    @Test(arguments: [
        (["cp311-cp311-manylinux_2_28_x86_64", "cp311-cp311-manylinux_2_17_x86_64", "py3-none-any"], 0),
        (["py3-none-any", "cp311-cp311-manylinux2014_x86_64"], 1),
        // One that needs a newer glibc is taken only where there is no other.
        (["cp311-cp311-manylinux_2_34_x86_64", "cp311-cp311-manylinux_2_17_x86_64"], 1),
        (["cp311-cp311-manylinux_2_39_x86_64"], 0),
        (["cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64", "cp311-cp311-musllinux_1_1_x86_64"], 0),
        (["cp38-abi3-manylinux1_x86_64", "cp310-abi3-manylinux1_x86_64", "cp312-abi3-manylinux1_x86_64"], 1),
        (["py2.py3-none-any"], 0), (["py2-none-any", "py310-none-any"], 1), (["py312-none-any"], nil),
        (["cp310-cp310-manylinux_2_17_x86_64"], nil), (["cp311-cp311-manylinux_2_17_aarch64"], nil),
        (["cp311-cp311-win_amd64"], nil), (["cp311-cp311-linux_x86_64"], 0),
    ])
    func theBestWheelIsChosen(tags: [String], best: Int?) throws {
        let target = try target("3.11", "amd64")
        let ranks = tags.map { tag in WheelName("x-1.0-\(tag).whl").flatMap(target.rank) }
        let chosen = ranks.indices.filter { ranks[$0] != nil }.min { left, right in
            (ranks[left] ?? []).lexicographicallyPrecedes(ranks[right] ?? [])
        }
        #expect(chosen == best)
    }

    @Test func pipChoosesAsWeDo() async throws {
        let house = try WheelHouse()
        let tags = [
            "cp311-cp311-manylinux_2_34_x86_64", "cp311-cp311-manylinux_2_17_x86_64",
            "cp311-abi3-manylinux_2_28_x86_64",
            "cp38-abi3-manylinux1_x86_64", "py3-none-linux_x86_64", "py3-none-any", "py311-none-any",
        ]
        let target = try target("3.11", "amd64")
        let tool = try await PythonInterpreter.findWithPip(environment: house.environment)
        var rest = tags.sorted { left, right in
            let ranks = [left, right].map { WheelName("apple-1.0-\($0).whl").flatMap(target.rank) ?? [] }
            return ranks[0].lexicographicallyPrecedes(ranks[1])
        }
        for tag in tags { try house.add("apple", "1.0", tag: tag) }
        let download = WheelDownload(environment: house.environment, tool: tool, target: target)
        let file = SourceFile(path: "requirements.txt", text: "")
        while let expected = rest.first {
            let scratch = try TemporaryFolder()
            let wheels = try await download.fetch(
                try Requirements(["apple"], of: file), scratch: scratch.path, log: { _ in })
            #expect(wheels.map(\.path) == ["\(scratch.path)/wheels/apple-1.0-\(expected).whl"])
            try house.remove("apple", "1.0", tag: expected)
            rest.removeFirst()
        }
    }

    @Test(arguments: [
        "apple-1.0.tar.gz", "apple.whl", "apple-1.0-py3-none.whl", "apple-1.0-py3-none-any", "a/b-1.0-py3-none-any.whl",
        "apple-1.0-1-2-py3-none-any.whl", "--index-url-py3-none-any.whl", "apple-1.0-py3-none-any.whl\n",
        "äpple-1.0-py3-none-any.whl",
    ])
    func whatIsNoWheelIsNone(name: String) { #expect(WheelName(name) == nil) }

    @Test func namesAreNormal() throws {
        let name = try #require(WheelName("Foo_Bar.baz-1.0+CPU-3-py3-none-any.whl"))
        #expect(name.pin == "foo-bar-baz==1.0+cpu")
    }
}
