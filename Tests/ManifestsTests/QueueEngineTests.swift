import Testing
import YAML

@testable import Manifests

/// What the manifests of a queue, its pool and its runs say to each other of its engine.
@Suite("Queues and their engines") struct QueueEngineTests {
    private func found(queue: String, pool: String = "queues: [q]", run: String = "") -> [String] {
        let job = """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec: {source: {path: code}, command: [x], parameters: {lr: {type: number, default: 1}}}

            """
        let text = """
            \(job)---
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: q}
            spec: {\(queue)}
            ---
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: p}
            spec: {\(pool)}
            ---
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: r}
            spec: {job: train, queue: q\(run.isEmpty ? "" : ", " + run)}

            """
        return LoadedManifests(decoding: [SourceFile(path: "m.yaml", text: text)]).diagnostics.map(\.code.rawValue)
    }

    @Test(arguments: [
        ("resource: kubernetes", "queues: [q]", ["SLW2140"]),
        ("resource: kubernetes", "queues: [q], registry: {location: r.io/x}", []),
        (
            "resource: kubernetes, config: {spec: {template: {spec: {containers: [{name: main, image: a}]}}}}",
            "queues: [q]", []
        ),
        (
            "resource: kubernetes, config: {spec: {template: {spec: {containers: [{name: m, image: '${image}'}]}}}}",
            "queues: [q]", ["SLW2140"]
        ),
        ("resource: slurm", "queues: [q]", []),
        ("resource: vertex", "queues: [q]", ["SLW2090"]),
        ("resource: local-process, config: {x: 1}", "queues: [q]", ["SLW2100"]),
        ("resource: slurm, settings: {cluster: a}", "queues: [q]", ["SLW2130"]),
        ("resource: local-container, settings: {allow: host}", "queues: [q]", ["SLW2131"]),
        ("resource: local-container, settings: {allow: [everything]}", "queues: [q]", ["SLW2132"]),
        (
            "resource: slurm, config: {'{{a}}': 1}, variables: {a: {type: integer, default: 1}}", "queues: [q]",
            ["SLW2133", "SLW2402"]
        ),
        ("resource: slurm, config: {partition: '{{part}}'}", "queues: [q]", ["SLW2134"]),
        ("resource: slurm, config: {partition: '${partition}'}", "queues: [q]", ["SLW2135"]),
        ("resource: local-container, config: {network: host}", "queues: [q]", ["SLW2136"]),
        ("resource: local-container, config: {network: host}, settings: {allow: [hostNetwork]}", "queues: [q]", []),
        ("resource: slurm, config: {partition: '${parameters.size}'}", "queues: [q]", ["SLW2138"]),
        ("resource: slurm, config: {partition: 'p${parameters.lr}'}", "queues: [q]", []),
    ])
    func whatIsWrongIsSaid(_ queue: String, _ pool: String, _ codes: [String]) {
        #expect(found(queue: queue, pool: pool).sorted() == codes, "\(queue)")
    }

    /// A danger that only a run's value makes is refused with the run.
    @Test func aRunCannotBringADanger() {
        let queue = "resource: local-container, config: {network: '{{net}}'}, variables: {net: {type: string}}"
        #expect(found(queue: queue, run: "variables: {net: none}") == [])
        #expect(found(queue: queue, run: "variables: {net: host}") == ["SLW2139"])
        let permitted = queue + ", settings: {allow: [hostNetwork]}"
        #expect(found(queue: permitted, run: "variables: {net: host}") == ["SLW2139"])
    }
}
