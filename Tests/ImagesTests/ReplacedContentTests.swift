import Foundation
import Images
import Testing

/// What is put in the place of a file's text: only of the text that it was made from.
@Suite struct ReplacedContentTests {
    @Test func onlyTheTextThatWasReadIsReplaced() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/a.yaml"
        // More than is read at once.
        let large = Array(String(repeating: "a: 1 # é\n", count: 20_000).utf8)
        try Data(large).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        for other in [Array(large.dropLast()), large + [10], Array(large.reversed()), []] {
            #expect(try !HandedFiles.replaceContent(of: path, with: [1], whereItIs: other))
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(large))
        }
        #expect(try HandedFiles.replaceContent(of: path, with: [97, 10], whereItIs: large))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "a\n")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.yaml"])

        // A link is not followed: whoever asks knows the real path.
        let link = "\(folder.path)/link.yaml"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "a.yaml")
        #expect(throws: (any Error).self) { try HandedFiles.replaceContent(of: link, with: [1]) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "a\n")
    }
}
