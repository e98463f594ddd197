import Testing
import YAML

@testable import Images

@Suite struct RequirementsTests {
    @Test func linesAreNormalised() throws {
        let text = """
            # comment
            numpy==2.1.0   # why
            \tSix[extra1,extra2] >= 1.0 , < 2
            importlib-metadata; python_version < "3.8"

            idna==3.13 \\
                --hash=sha256:\(String(repeating: "a", count: 64))
            numpy==2.1.0
            """
        let lines = try Requirements(Array(text.utf8), path: "requirements.txt").lines
        #expect(
            lines == [
                "Six[extra1,extra2] >= 1.0 , < 2",
                "idna==3.13 --hash=sha256:\(String(repeating: "a", count: 64))",
                "importlib-metadata; python_version < \"3.8\"",
                "numpy==2.1.0",
            ])
    }

    @Test(arguments: [
        "-r other.txt", "--index-url https://evil.example/simple", "-e .", "--extra-index-url x", "--pre",
        "six @ https://evil.example/six.whl", "https://evil.example/six.whl", "git+https://evil.example/six",
        "file:///etc/passwd", "./local", "../local", "/abs/pkg", "pkg.whl", "pkg-1.0.tar.gz", "six==1.0 --pre",
        "six==1.0 --config-settings x=y", "six --hash=md5:abc", "six --hash=sha256:$(id)", "six; --pre",
        "six\u{1B}[2J",
        "$(id)", "`id`", "six|id", "${HOME}", "six; os_name == '${HOME}'", "=1.0", "näme", "six\\\n--pre",
    ])
    func optionsAndAddressesAreRefused(line: String) throws {
        let error = #expect(throws: Diagnostics.self) {
            try Requirements(Array("ok==1\n\(line)\n".utf8), path: "requirements.txt")
        }
        #expect(error?.all.first?.code == "SLW5041")
        #expect(error?.all.first?.location?.span.start.line == 2)
    }

    @Test func allProblemsAreReportedAtOnce() throws {
        let error = #expect(throws: Diagnostics.self) {
            try Requirements(Array("-e .\nsix\n--pre\n".utf8), path: "requirements.txt")
        }
        #expect(error?.all.map { $0.location?.span.start.line } == [1, 3])
    }
}
