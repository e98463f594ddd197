import Foundation
import Manifests
import Support

@testable import Images

/// A folder of wheels made on the spot, which stands for the package index: these tests need no network.
struct WheelHouse {
    let folder: TemporaryFolder
    /// An environment in which pip knows this folder only; and were it to ask an index, nothing listens there.
    let environment: [String: String]

    init() throws {
        folder = try TemporaryFolder()
        var environment = ToolEnvironment.current.filter { !$0.key.hasPrefix("PIP_") }
        environment["PIP_CONFIG_FILE"] = "/dev/null"
        environment["PIP_INDEX_URL"] = "http://127.0.0.1:1/simple"
        environment["PIP_NO_INDEX"] = "1"
        environment["PIP_FIND_LINKS"] = folder.path
        self.environment = environment
    }

    /// Adds a wheel with a module `NAME` that knows its version, and a command of the same name.
    func add(
        _ name: String, _ version: String, requires: String..., tag: String = "py3-none-any",
        files: [String: String] = [:]
    ) throws {
        var wheel = WheelSample(name, version)
        wheel.requires = requires
        wheel.tag = tag
        wheel.files = files
        try add(wheel)
    }

    func add(_ wheel: WheelSample) throws { try wheel.write(into: folder.path) }

    func remove(_ name: String, _ version: String, tag: String = "py3-none-any") throws {
        try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)-\(version)-\(tag).whl")
    }

    /// What a lock says of a wheel.
    func hash(_ name: String, _ version: String, tag: String = "py3-none-any") throws -> String {
        "--hash=sha256:" + (try HandedFiles.content(of: "\(folder.path)/\(name)-\(version)-\(tag).whl").digest.hex)
    }

    /// A workshop that knows this folder only, with the files of a source.
    func shop(_ files: [String: String]) throws -> Workshop {
        let shop = try Workshop(environment: environment)
        for (name, text) in files { try shop.folder.file("source/\(name)", text) }
        try shop.folder.file("source/train.py", "print('hi')\n")
        return shop
    }
}

/// What a job says of its Python.
func python(_ requirements: String? = "requirements.txt", version: String? = nil) -> PythonSpec {
    var python = PythonSpec()
    python.version = version
    python.requirements = requirements
    return python
}
