import Foundation
import Images
import Manifests
import Records
import Support
import Testing
import YAML

@testable import Engines

/// What stands on a command line, and what does not.
@Suite struct ContainerArgumentTests {
    private static let id = "sha256:" + String(repeating: "a", count: 64)

    private static func facts(
        rootless: Bool = false, limits: Bool = true, tool: BuildTool = .docker
    ) throws
        -> ContainerFacts
    {
        let value: JSONValue =
            tool == .docker
            ? .object([
                "ID": "one", "ServerVersion": "28.0", "MemoryLimit": .bool(limits), "SwapLimit": .bool(limits),
                "CpuCfsQuota": .bool(limits), "PidsLimit": .bool(limits),
                "SecurityOptions": .array(rootless ? ["name=rootless"] : []),
            ])
            : .object([
                "host": .object([
                    "security": .object(["rootless": .bool(rootless)]), "cgroupVersion": "v2",
                    "cgroupControllers": .array(limits ? ["memory", "cpu", "pids"] : []),
                ]), "store": .object(["graphRoot": "/graph"]), "version": .object(["Version": "5.0"]),
            ])
        return try #require(ContainerFacts(value, of: tool))
    }

    private static func arguments(
        _ tool: BuildTool = .docker, config: [String: JSONValue] = [:], rootless: Bool = false, limits: Bool = true,
        folder: String = "/runs/a/1", hasLabels: Bool = false, change: (inout Submission) -> Void = { _ in }
    ) throws -> [String] {
        var submission = Submission(
            name: "a-1", folder: folder, workingDirectory: "/app", arguments: ["python3", "-c", "$(id)"],
            environment: ["TOKEN": "secret-value"])
        submission.target = EngineTarget(kind: .localContainer, document: .object(config))
        change(&submission)
        return try ContainerArguments(
            submission, tool: tool, facts: try facts(rootless: rootless, limits: limits, tool: tool),
            user: (1000, 100), hasLabels: hasLabels
        ).arguments(image: id, environmentFile: "/proc/1/fd/3", names: ["NL"], hasInit: true)
    }

    /// Tool, config, what is among the arguments, what is not.
    @Test(
        arguments: [
            (
                .docker, [:],
                ["--entrypoint=python3", "--user=1000:100", "--shm-size=1073741824", "--pids-limit=8192"], []
            ),
            (.podman, [:], [#"--entrypoint=["python3"]"#, "--http-proxy=false", "--user=1000:100"], []),
            (.docker, ["init": false], [], ["--init"]),
            (.docker, ["cpus": 1.5, "memory": "2g"], ["--cpus=1.5", "--memory=2g", "--memory-swap=2g"], []),
            (.docker, ["memory": "2g", "memory-swap": "-1"], ["--memory-swap=-1"], ["--memory-swap=2g"]),
            (.docker, ["gpus": 2], ["--gpus=2"], []),
            (.docker, ["gpus": "device=0,1"], [#"--gpus="device=0,1""#], []),
            (.podman, ["gpus": 2], ["--device=nvidia.com/gpu=0", "--device=nvidia.com/gpu=1"], []),
            (.podman, ["gpus": "all"], ["--device=nvidia.com/gpu=all"], []),
            (.docker, ["gpus": 0], [], ["--gpus=0"]),
            (.docker, ["ulimit": ["nofile=10:20", "core=0"]], ["--ulimit=nofile=10:20", "--ulimit=core=0"], []),
            (.docker, ["network": "none", "user": 5], ["--network=none", "--user=5"], ["--user=1000:100"]),
            (.docker, ["read-only": true, "tmpfs": "/tmp"], ["--read-only=true", "--tmpfs=/tmp"], []),
            (.docker, ["volume": "/data:/data:ro"], ["--volume=/data:/data:ro"], []),
            (.docker, ["hostname": "--privileged"], ["--hostname=--privileged"], ["--privileged"]),
        ] as [(BuildTool, [String: JSONValue], [String], [String])])
    func flagsAreHandedOn(
        _ tool: BuildTool, _ config: [String: JSONValue], _ wanted: [String], _ unwanted: [String]
    ) throws {
        let arguments = try Self.arguments(tool, config: config)
        for flag in wanted { #expect(arguments.contains(flag), "\(arguments)") }
        for flag in unwanted { #expect(!arguments.contains(flag), "\(arguments)") }
        let end = try #require(arguments.firstIndex(of: Self.id))
        #expect(arguments[(end + 1)...] == ["-c", "$(id)"], "behind the image stands the command's, and nothing else")
        #expect(!arguments.joined().contains("secret-value"))
        for own in ["--restart=no", "--security-opt=no-new-privileges", "--cap-drop=ALL", "--env=NL"] {
            #expect(arguments.contains(own))
        }
    }

    @Test func aRootlessToolsRootIsTheAgent() throws {
        #expect(try Self.arguments(.podman, rootless: true).contains("--user=0:0"))
    }

    @Test func withoutControlGroupsNothingIsLimitedUnasked() throws {
        let arguments = try Self.arguments(.podman, limits: false)
        #expect(!arguments.contains { $0.hasPrefix("--pids-limit") || $0.hasPrefix("--memory") }, "\(arguments)")
    }

    @Test func resourcesOfTheJobAreLimitsWhereTheQueueSaysNone() throws {
        func ask(_ submission: inout Submission) {
            submission.resources.cpu = CPUQuantity(millicores: 1050)
            submission.resources.memory = ByteQuantity(bytes: 1 << 20)
            submission.resources.gpu = 1
        }
        let own = try Self.arguments(change: ask)
        for flag in ["--cpus=1.050", "--memory=1048576", "--gpus=1"] { #expect(own.contains(flag), "\(own)") }
        let queue = try Self.arguments(config: ["cpus": 4, "memory": "1g", "gpus": 0], change: ask)
        for flag in ["--cpus=4", "--memory=1g"] { #expect(queue.contains(flag), "\(queue)") }
        #expect(!queue.contains { $0.hasPrefix("--gpus") })
    }

    @Test(arguments: [
        ("/a,b", #""source=/a,b/outputs""#), ("/a:b", #""source=/a:b/outputs""#),
        ("/q\"x", #""source=/q""x/outputs""#), ("/n\nl", "\"source=/n\nl/outputs\""),
        ("/a,readonly=false", #""source=/a,readonly=false/outputs""#),
    ])
    func aPathIsNoOption(_ folder: String, _ source: String) throws {
        let arguments = try Self.arguments(folder: folder)
        #expect(arguments.contains("--mount=type=bind,\(source),target=/slipway/outputs"), "\(arguments)")
    }

    @Test func aFolderThatPodmansLogCannotBeInIsRefused() throws {
        let refusal = #expect(throws: Diagnostic.self) { try Self.arguments(.podman, folder: "/a:b") }
        #expect(refusal?.code == "SLW6216")
        #expect(try Self.arguments(.podman, folder: "/a,\"b").contains(#"--log-opt="path=/a,""b/container.log""#))
    }

    @Test func whereFilesHaveLabelsPodmanGivesThemTheContainers() throws {
        let arguments = try Self.arguments(.podman, hasLabels: true)
        #expect(arguments.contains { $0.hasSuffix("target=/slipway/outputs,relabel=private") })
        #expect(try !Self.arguments(.docker, hasLabels: true).joined().contains("relabel"))
    }

    @Test(
        arguments: [
            ["name": "x"], ["entrypoint": "x"], ["env": "A=b"], ["--privileged": true], ["": "x"], ["cpus": "many"],
            ["memory": "--help"], ["gpus": "device=0 --privileged"], ["gpus": "all,capabilities=x"], ["init": "yes"],
            ["ulimit": [1]], ["network": ""], ["hostname": "a\u{0}b"], ["privileged": "true"],
        ] as [[String: JSONValue]])
    func whatIsNoFlagIsRefused(_ config: [String: JSONValue]) {
        #expect(throws: Diagnostic.self) { try Self.arguments(config: config) }
    }

    @Test func aCommandThatIsNoneIsRefused() {
        for arguments in [[], [""], ["a\u{0}b"], ["sh", "\u{0}"]] {
            #expect(throws: Diagnostic.self) { try Self.arguments { $0.arguments = arguments } }
        }
    }

    @Test func theNameIsOfTheCheckoutToo() {
        func name(_ folder: String, _ location: String?) -> String {
            ContainerIdentity(name: "a-1", folder: folder, location: location).name
        }
        #expect(name("/x", "0123456789ab") == "slipway-a-1-01234567")
        #expect(name("/x", "0123456789ab") == name("/y", "0123456789ab"))
        #expect(name("/x", nil) != name("/y", nil))
        #expect(name("/x", "--rm; reboot").allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" })
    }

    // MARK: Environment

    @Test func valuesAreLinesOrGoByName() throws {
        let environment = try ContainerEnvironment(
            [
                "A": "b", "Q": "\"q\" $HOME `id` #x", "E": "", "NL": "two\nlines", "CR": "x\r", "LONG": long, "Ü": "x",
            ].filter { $0.key != "Ü" })
        #expect(environment.lines == "A=b\nE=\nQ=\"q\" $HOME `id` #x\n")
        #expect(environment.byName.keys.sorted() == ["CR", "LONG", "NL"])
    }

    private var long: String { String(repeating: "x", count: 70_000) }

    @Test(arguments: [
        ["A B": "x"], ["#A": "x"], ["A=B": "x"], ["": "x"], ["A*": "x"], ["Ü": "x"], ["A\nB": "x"], ["A": "\u{0}"],
        ["PATH": "a\nb"], ["DOCKER_HOST": "a\nb"], ["LD_PRELOAD": "a\nb"], ["https_proxy": "a\nb"],
    ])
    func whatTheToolWouldTakeForItselfIsRefused(_ environment: [String: String]) {
        #expect(throws: Diagnostic.self) { try ContainerEnvironment(environment) }
    }

    @Test func theFileIsNowhereAndGoneAfterwards() async throws {
        let environment = try ContainerEnvironment(["TOKEN": "secret-value"])
        var path = ""
        try await environment.withFile { file in
            path = file
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "TOKEN=secret-value\n")
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: file)
            #expect(target.hasPrefix("/memfd:"), "\(target)")
        }
        #expect(!((try? FileManager.default.destinationOfSymbolicLink(atPath: path))?.hasPrefix("/memfd:") ?? false))
    }

    // MARK: What tools say

    private static func line(_ state: String, labels: String = "{}", memory: Int = 0, id: String? = nil) -> String {
        """
        {"id":"\(id ?? String(repeating: "0f", count: 32))","state":\(state),"labels":\(labels),"name":"/slipway-a",\
        "memory":\(memory)}
        """
    }

    /// A state, its limit, how it ended.
    @Test(arguments: [
        (#"{"Status":"exited","ExitCode":0,"OOMKilled":true}"#, 0, ".ended 0"),
        (#"{"Status":"exited","ExitCode":137,"OOMKilled":true}"#, 33_554_432, "OutOfMemory 32 MiB"),
        (#"{"Status":"exited","ExitCode":1,"OOMKilled":true}"#, 1 << 30, "OutOfMemory 1 GiB"),
        (#"{"Status":"exited","ExitCode":137,"OOMKilled":false}"#, 1000, "EndedInEngine 1000 bytes"),
        (#"{"Status":"exited","ExitCode":137}"#, 0, "EndedInEngine want of memory"),
        (#"{"Status":"stopped","ExitCode":143}"#, 0, ".ended 143"),
        (#"{"Status":"dead","ExitCode":3}"#, 0, ".ended 3"),
    ])
    func anEndIsSaid(_ state: String, _ memory: Int, _ expected: String) throws {
        let (name, read) = try #require(ContainerState.read(Self.line(state, memory: memory)))
        #expect(name == "slipway-a" && read.phase == .over)
        let words = expected.split(separator: " ", maxSplits: 1)
        switch read.end(by: "podman", isStopped: false) {
        case .ended(let status, _): #expect(expected == ".ended \(status)")
        case .failed(let failure, let text, _):
            #expect(failure.rawValue == words[0] && text.contains(words[1]), "\(text)")
        case let other: Issue.record("\(other)")
        }
        if read.exitCode == 137, !read.isOutOfMemory {
            #expect(read.end(by: "podman", isStopped: true) == .ended(status: 137, at: nil), "who asked knows why")
        }
    }

    @Test(
        arguments: [
            ("created", .created), ("configured", .created), ("running", .live), ("paused", .live), ("stopping", .live),
            ("removing", .over), ("hibernating", nil), ("", nil),
        ] as [(String, ContainerState.Phase?)])
    func wordsMeanPhases(_ word: String, _ phase: ContainerState.Phase?) throws {
        #expect(try #require(ContainerState.read(Self.line("{\"Status\":\"\(word)\"}"))).state.phase == phase)
    }

    @Test(arguments: [
        "", "nonsense", "{}", "[]", line("null"), line("{}"), line(#"{"Status":1}"#),
        line(#"{"Status":"running"}"#, id: "--force"), line(#"{"Status":"running"}"#, id: ""),
    ])
    func nonsenseIsNoState(_ text: String) { #expect(ContainerState.read(text) == nil) }

    @Test func aMomentIsReadAsBothToolsWriteIt() throws {
        let state =
            #"{"Status":"running","StartedAt":"2026-11-26T17:59:40.989205637+01:00","#
            + #""FinishedAt":"0001-01-01T00:00:00Z"}"#
        let read = try #require(ContainerState.read(Self.line(state))).state
        #expect(read.startedAt?.precise == "2026-11-26T16:59:40.989Z" && read.finishedAt == nil)
    }

    @Test func onlyTheLabelsOfTheCheckoutMakeItOurs() throws {
        let identity = ContainerIdentity(name: "a-1", folder: "/x", location: "here")
        for (labels, isOurs) in [
            (#"{"slipway.location":"here","slipway.name":"a-1"}"#, true),
            (#"{"slipway.location":"there","slipway.name":"a-1"}"#, false),
            (#"{"slipway.name":"a-1"}"#, false), ("{}", false), ("null", false),
        ] {
            let line = Self.line(#"{"Status":"running"}"#, labels: labels)
            #expect(identity.isOf(try #require(ContainerState.read(line)).state) == isOurs, "\(labels)")
        }
    }

    @Test func aRawLogIsRead() throws {
        func parse(_ text: String) -> String? {
            RawContainerLog.parse(Array(text.utf8)).map {
                "\($0.isError ? "2" : "1")\($0.endsLine ? "F" : "P") \(String(decoding: $0.text, as: UTF8.self))"
            }
        }
        #expect(parse("2026-11-26T17:59:40.98Z stdout F a  b") == "1F a  b")
        #expect(parse("2026-11-26T17:59:40.98+01:00 stderr P x") == "2P x")
        #expect(parse("2026-11-26T17:59:40.98Z stdout F ") == "1F ")
        for nonsense in ["", "x", "now stdout F a", "2026-11-26T17:59:40Z stdin F a", "2026-11-26T17:59:40Z stdout"] {
            #expect(parse(nonsense) == nil)
        }
    }

    @Test func whatTheFirstProcessSaysOfAMissingProgramIsKnown() {
        let tini = LocalContainerEngine.initComplaint(
            "[FATAL tini (7)] exec python3 failed: No such file or directory\n")
        #expect(tini?.contains("exec python3 failed") == true)
        #expect(LocalContainerEngine.initComplaint("python: can't open file\n") == nil)
    }
}
