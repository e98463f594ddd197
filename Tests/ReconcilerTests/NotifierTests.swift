import Foundation
import Images
import Manifests
import Records
import Support
import Testing
import YAML

@testable import Reconciler

/// Others are told, signed, a bounded number of times; and what cannot be told is a warning.
@Suite(.timeLimit(.minutes(1)))
struct NotifierTests {
    private static func setting(_ environment: [String: String] = [:]) -> Setting {
        Setting(
            environment: environment, host: "here", process: 1, command: "reconcile", time: TestClock(),
            unique: { "u" })
    }

    private static let event = NotificationEvent(
        kind: .applyFinished, state: .failure, id: "delivery-1", description: "1 failed of 2 runs",
        fields: ["commit": .string("c0ffee"), "url": .string("https://ci.example.com/1")])

    private static var quick: Notifier.Patience {
        var patience = Notifier.Patience()
        patience.timeout = .milliseconds(300)
        patience.pauses = [.milliseconds(1), .milliseconds(1)]
        return patience
    }

    private func tell(
        _ url: String, _ environment: [String: String] = [:], _ transport: any HTTPTransport = CurlTransport()
    ) async throws -> [Diagnostic] {
        let notifier = try Notifier(
            Self.setting(environment), urls: [url], transport: transport, patience: Self.quick)
        return await notifier.tell(Self.event)
    }

    @Test func aRealServerGetsASignedDocument() async throws {
        let server = try HTTPServer { _, _ in .answer(204) }
        #expect(try await tell(server.url + "/hook?a=1", ["SLIPWAY_NOTIFY_SECRET": "s3cret"]).isEmpty)
        let request = try #require(server.requests.first)
        #expect(server.requests.count == 1 && request.method == "POST" && request.path == "/hook?a=1")
        let signature = Digest.authentication(of: request.body, key: Array("s3cret".utf8)).hex
        #expect(request.headers["x-slipway-signature-256"] == "sha256=\(signature)")
        #expect(request.headers["x-slipway-event"] == "apply.finished")
        #expect(request.headers["x-slipway-delivery"] == "delivery-1")
        #expect(request.headers["content-type"] == "application/json")
        let document = try JSONValue(parsing: request.body)
        #expect(document == Self.event.json && document["formatVersion"]?.string == "1")
        #expect(!String(decoding: request.body, as: UTF8.self).contains("s3cret"))
    }

    @Test func withoutASecretThereIsNoSignature() async throws {
        let server = try HTTPServer { _, _ in .answer(200) }
        #expect(try await tell(server.url).isEmpty)
        #expect(server.requests.first?.headers["x-slipway-signature-256"] == nil)
    }

    @Test(arguments: [(500, 3), (503, 3), (429, 3), (400, 1), (404, 1), (302, 1)])
    func whatMayPassIsTriedAgain(status: Int, tries: Int) async throws {
        let server = try HTTPServer { _, _ in .answer(status, headers: ["Location: http://127.0.0.1:1/"]) }
        let warnings = try await tell(server.url + "/services/secret-path")
        #expect(server.requests.count == tries)
        #expect(warnings.map(\.code.rawValue) == ["SLW8077"] && warnings.allSatisfy { $0.severity == .warning })
        #expect(warnings.first?.message.contains("status \(status)") == true)
        #expect(warnings.first?.message.contains("secret-path") == false, "with many services the path is a secret")
    }

    @Test func aServerThatComesBackIsTold() async throws {
        let server = try HTTPServer { _, before in before == 0 ? .hangUp : before == 1 ? .answer(502) : .answer(200) }
        #expect(try await tell(server.url).isEmpty)
        #expect(server.requests.count == 3)
        #expect(Set(server.requests.map(\.body)).count == 1, "a repetition is the same document")
    }

    @Test func aServerThatSaysNothingDoesNotHoldAnybodyUp() async throws {
        let server = try HTTPServer { _, _ in .silence }
        #expect(try await tell(server.url).map(\.code.rawValue) == ["SLW8077"])
        #expect(server.requests.count == 3)
    }

    @Test func faultsOfTheTransportThatStayAreNotRepeated() async throws {
        let transport = ModelTransport { _, _ in throw HTTPFailure.insecure("its certificate is not trusted") }
        let warnings = try await tell("https://hooks.example.com/x", [:], transport)
        #expect(transport.requests.count == 1 && transport.requests.first?.redirections == 0)
        #expect(warnings.first?.message.contains("certificate") == true)
    }

    @Test(arguments: [
        ("http://hooks.example.com/", "SLW8074"), ("ftp://hooks.example.com/", "SLW8074"),
        ("https://user:password@hooks.example.com/", "SLW8074"), ("--help", "SLW8074"), ("", "SLW8074"),
    ])
    func aBadAddressIsRefusedBeforeAnythingIsDone(url: String, code: String) {
        #expect {
            try Notifier(Self.setting(), urls: [url])
        } throws: { error in
            let faults = (error as? Diagnostics)?.all ?? []
            return faults.map(\.code.rawValue) == [code] && !"\(faults)".contains("password@")
        }
    }

    @Test func aNamedSecretHasToBeThere() throws {
        #expect(throws: Diagnostics.self) {
            try Notifier(Self.setting(), urls: ["https://hooks.example.com/"], secret: "NOT_SET")
        }
        _ = try Notifier(Self.setting(["SET": "x"]), urls: ["https://hooks.example.com/"], secret: "SET")
    }

    // MARK: Commands

    @Test(arguments: [
        "", "gh api", "{}", "[]", "[1]", #"[""]"#, #"["{state}"]"#, #"["-x"]"#, #"["a", ["b"]]"#, #"["a\u0000"]"#,
    ])
    func aCommandIsAnArrayOfTexts(text: String) {
        #expect(throws: Diagnostic.self) { try NotifyCommand(text) }
    }

    @Test func placeholdersBecomePartOfOneArgument() throws {
        let command = try NotifyCommand(
            #"["gh", "repos/o/r/statuses/{commit}", "state={state}", "{\"state\":\"{state}\"}", "{url}", "#
                + #""{other}{{state}}"]"#
        )
        #expect(
            command.filled(Self.event) == [
                "repos/o/r/statuses/c0ffee", "state=failure", #"{"state":"failure"}"#, "https://ci.example.com/1",
                "{other}{failure}",
            ])
    }

    @Test func whatIsPutInIsNotReadAgain() throws {
        var event = Self.event
        event.description = "{state} {commit}"
        #expect(try NotifyCommand(#"["x", "{description}"]"#).filled(event) == ["{state} {commit}"])
    }

    @Test(arguments: ["$(touch x)`id`; 'a' \"b\" \\ {commit}\n-x|é", "plain 1 of 2."])
    func aDescriptionIsHarmlessInAnyText(text: String) {
        let plain = NotificationEvent.plain(text)
        #expect(
            plain.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                    || Array(" .,:;/+-()".utf8).contains(byte)
            })
    }

    @Test func noShellReadsACommandAndItGetsTheEvent() async throws {
        let folder = try TestWorkspace("notify")
        try folder.script("tell", "printf '%s\\n' \"$@\" > '\(folder.path)/arguments'\ncat > '\(folder.path)/input'")
        let text = #"["\#(folder.path)/tell", "{state}", "$(touch \#(folder.path)/harmed); {description}"]"#
        let notifier = try Notifier(Self.setting(), urls: [], commands: [text])
        #expect(await notifier.tell(Self.event).isEmpty)
        #expect(
            folder.text("arguments")
                == "failure\n$(touch \(folder.path)/harmed); 1 failed of 2 runs\n")
        #expect(try JSONValue(parsing: Array((folder.text("input") ?? "").utf8)) == Self.event.json)
        #expect(folder.text("harmed") == nil)
    }

    @Test func aCommandThatFailsOrHangsIsAWarning() async throws {
        let folder = try TestWorkspace("notify")
        try folder.script("fails", "echo no such token >&2; exit 3")
        try folder.script("hangs", "sleep 600 & echo $! > '\(folder.path)/sleeper'; wait")
        var patience = Self.quick
        patience.commandTimeout = .milliseconds(300)
        let notifier = try Notifier(
            Self.setting(), urls: [],
            commands: ["fails", "hangs"].map { #"["\#(folder.path)/\#($0)"]"# } + [#"["no-such-program-here"]"#],
            patience: patience)
        let warnings = await notifier.tell(Self.event)
        #expect(warnings.map(\.code.rawValue) == ["SLW8077", "SLW8077", "SLW8077"])
        #expect(warnings.first?.message.contains("no such token") == true)
        #expect(warnings.dropFirst().first?.message.contains("longer than") == true, "\(warnings)")
        let sleeper = try #require(Int32((folder.text("sleeper") ?? "").trimmingCharacters(in: .newlines)))
        try await eventually("what it started is gone as well") {
            guard let line = try? String(contentsOfFile: "/proc/\(sleeper)/stat", encoding: .utf8) else { return true }
            return line.split(separator: ")").last?.hasPrefix(" Z") == true
        }
    }
}
