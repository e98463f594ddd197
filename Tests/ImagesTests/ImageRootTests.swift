import Foundation
import Support
import Testing
import YAML

@testable import Images

/// The files of an image by the paths that they have there.
@Suite struct ImageRootTests {
    private let workspace: TestWorkspace
    private let root: ImageRoot

    init() throws {
        workspace = try TestWorkspace("root")
        root = ImageRoot(try workspace.folder("image"))
        try workspace.write("outside/program", "", mode: 0o755)
        try workspace.write("image/usr/bin/program", "", mode: 0o755)
        try workspace.write("image/usr/bin/text", "")
        let links = [
            "bin": "usr/bin", "absolute": "/usr/bin", "out": "\(workspace.path)/outside", "up": "../outside",
            "loop": "loop", "nothing": "nowhere", "far": "../../../usr/bin", "one": "/two", "two": "/bin/program",
        ]
        for (name, target) in links {
            try FileManager.default.createSymbolicLink(
                atPath: "\(root.path)/\(name)", withDestinationPath: target)
        }
    }

    @Test(arguments: [
        ("/usr/bin/program", true), ("/bin/program", true), ("/absolute/program", true), ("/one", true),
        ("/usr/../bin/./program", true), ("/../../bin/program", true), ("/far/program", true),
        ("/usr/bin/text", false), ("/usr/bin", false), ("/usr/bin/none", false), ("/", false), ("", false),
        ("/out/program", false), ("/up/program", false), ("/../outside/program", false), ("/loop", false),
        ("/nothing", false), ("/usr/bin/program/x", false),
    ])
    func `a program is found as it would be there`(path: String, isThere: Bool) throws {
        #expect(try root.hasProgram(path) == isThere)
    }

    @Test func `a folder is made where links of the image lead, and nowhere else`() throws {
        try root.makeFolder("/app/deep")
        try root.makeFolder("/bin/plugins")
        try root.makeFolder("/../../srv")
        try root.makeFolder("/usr/bin")
        #expect(workspace.exists("image/app/deep") && workspace.exists("image/usr/bin/plugins"))
        #expect(workspace.exists("image/srv") && !workspace.exists("srv"))
        for path in ["/out/x", "/up/x", "/nothing/x", "/loop/x", "/usr/bin/text"] {
            #expect(code { try root.makeFolder(path) } == "SLW5230", "\(path)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(workspace.path)/outside") == ["program"])
    }

    @Test func `what is mounted on is reached through no link`() throws {
        try root.makeMountPoint("/slipway/outputs", isFolder: true)
        try root.makeMountPoint("/slipway/parameters.json", isFolder: false)
        try root.makeMountPoint("/slipway/parameters.json", isFolder: false)
        try root.makeMountPoint("/usr/bin/text", isFolder: false)
        #expect(workspace.text("image/slipway/parameters.json") == "")
        for path in ["/bin", "/bin/x", "/out/x", "/nothing", "/usr/bin/text", "/usr/bin/text/x"] {
            #expect(code { try root.makeMountPoint(path, isFolder: true) } == "SLW5230", "\(path)")
        }
        #expect(code { try root.makeMountPoint("/usr/bin", isFolder: false) } == "SLW5230")
        #expect(code { try root.makeMountPoint("/bin", isFolder: false) } == "SLW5230")
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(workspace.path)/outside") == ["program"])
    }

    @Test(arguments: [
        ("/etc/hosts", true), ("/usr/hosts", true), ("/usr/bin/text", true), ("/bin/hosts", false), ("/bin", false),
        ("/nothing", false), ("/usr", false), ("/usr/bin/text/x", false), ("/", false),
    ])
    func `a file may be where nothing else is in the way`(path: String, mayBe: Bool) throws {
        #expect(try root.mayHoldFile(path) == mayBe)
    }
}
