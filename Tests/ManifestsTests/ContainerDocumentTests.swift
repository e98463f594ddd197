import Testing
import YAML

@testable import Manifests

/// What a queue of containers may say.
@Suite struct ContainerDocumentTests {
    private func faults(_ config: String) throws -> [Diagnostic] {
        let file = YAMLFile.parse(SourceFile(path: "q.yaml", text: config))
        let document = try #require(file.documents.first)
        return EngineDocument.localContainer.check(document)
    }

    private func dangers(_ config: [String: JSONValue]) -> [String] {
        EngineDocument.localContainer.dangers(.object(config)).map { "\($0.word) at \($0.path.joined(separator: "."))" }
    }

    @Test(arguments: [
        "{cpus: 1.5, memory: 2g, gpus: all, shm-size: 1g, pids-limit: 100, network: none}",
        "{ulimit: [nofile=1:2], user: 1000, user: \"1000:100\", init: false}",
        "{memory: '{{memory}}', gpus: '{{gpus}}', ulimit: ['{{x}}'], hostname: 'a-${attempt}'}",
        "{volume: [/a:/b], privileged: true, device: /dev/fuse, cap-add: [SYS_PTRACE]}", "{}",
    ])
    func whatIsKnownIsTaken(_ config: String) throws { #expect(try faults(config).isEmpty) }

    @Test(arguments: [
        ("{name: x}", "SLW2420"), ("{env: [A=b]}", "SLW2420"), ("{rm: true}", "SLW2420"),
        ("{restart: always}", "SLW2420"), ("{cidfile: /x}", "SLW2420"), ("{--privileged: true}", "SLW2421"),
        ("{memorys: 1g}", "SLW2421"), ("{c: 1}", "SLW2421"), ("{cpus: many}", "SLW2422"), ("{cpus: 0}", "SLW2422"),
        ("{cpus: -1}", "SLW2422"), ("{memory: 1Gi}", "SLW2422"), ("{memory: [1g]}", "SLW2422"),
        ("{gpus: some}", "SLW2422"), ("{gpus: 'device='}", "SLW2422"), ("{init: 1}", "SLW2422"),
        ("{network: ''}", "SLW2422"), ("{ulimit: {a: b}}", "SLW2422"), ("{pids-limit: 1.5}", "SLW2422"),
    ])
    func whatIsNotIsRefusedWhereItStands(_ config: String, _ code: String) throws {
        let faults = try faults(config)
        #expect(faults.map(\.code.rawValue) == [code] && faults.first?.location != nil, "\(faults)")
    }

    @Test(
        arguments: [
            (["volume": "/:/host"], ["hostPath at volume"]), (["mount": "type=bind"], ["hostPath at mount"]),
            (["privileged": true], ["privileged at privileged"]), (["privileged": false], []),
            (["network": "host"], ["hostNetwork at network"]), (["network": "container:x"], ["hostNetwork at network"]),
            (["network": "none"], []),
            (["pid": "host", "ipc": "host"], ["hostNamespace at ipc", "hostNamespace at pid"]),
            (["cap-add": ["ALL"]], ["capability at cap-add"]), (["device": "/dev/sda"], ["device at device"]),
            (["security-opt": "seccomp=unconfined"], ["securityOption at security-opt"]), (["cpus": 2], []),
        ] as [([String: JSONValue], [String])])
    func whatLetsACommandOutIsADanger(_ config: [String: JSONValue], _ expected: [String]) {
        #expect(dangers(config) == expected)
    }

    @Test func aDangerComesFromNobodyButTheQueue() {
        func refusals(
            _ template: [String: JSONValue], _ rendered: [String: JSONValue], _ allow: [JSONValue]
        ) -> [String] {
            EngineDocument.localContainer.refusals(
                of: .object(rendered), from: .object(template), settings: .object(["allow": .array(allow)]))
        }
        #expect(refusals(["volume": "/a:/b"], ["volume": "/a:/b"], ["hostPath"]).isEmpty)
        #expect(refusals(["volume": "/a:/b"], ["volume": "/a:/b"], ["privileged"]).count == 1)
        #expect(refusals(["network": "{{net}}"], ["network": "host"], ["hostNetwork"]).count == 1)
        #expect(refusals(["network": "{{net}}"], ["network": "none"], []).isEmpty)
        #expect(refusals(["privileged": "{{p}}"], ["privileged": true], ["privileged"]).count == 1)
        #expect(refusals(["volume": "{{v}}"], ["volume": "/:/x"], ["hostPath"]).count == 1)
    }
}
