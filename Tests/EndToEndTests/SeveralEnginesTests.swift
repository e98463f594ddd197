import Foundation
import Images
import Support
import Testing

/// One repository whose queues are processes, containers and a Slurm cluster, with all three at work at once.
@Suite(
    .enabled(if: SlurmCluster.isThere, "Slurm is not installed"),
    .enabled(if: !ContainerHost.tools.isEmpty, "neither Docker nor podman can be started"), .timeLimit(.minutes(10)))
struct SeveralEnginesTests {
    private static let queues = ["processes", "boxes", "cluster"]

    private static func manifests(_ tool: String) -> String {
        let setup = """
            apiVersion: slipway/v1
            kind: Job
            metadata: {name: train}
            spec:
              source: {path: ../code}
              build: {baseImage: 'oci:../bases/busybox:v1'}
              command: [sh, train.sh]
              args: ["${parameters.n}"]
              parameters: {n: {type: integer}}
              outputs: [model.txt]
            ---
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: processes}
            spec: {resource: local-process}
            ---
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: boxes}
            spec: {resource: local-container, settings: {tool: \(tool)}, config: {network: none}}
            ---
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: cluster}
            spec: {resource: slurm, config: {partition: main}}
            ---
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: here}
            spec: {queues: [processes, boxes, cluster], replicas: 2, maxRuns: 3}

            """
        let runs = queues.enumerated().flatMap { index, queue in
            (0..<2).map { place in
                """
                ---
                apiVersion: slipway/v1
                kind: Run
                metadata: {name: \(queue)-\(place)}
                spec: {job: train, queue: \(queue), parameters: {n: \(index * 2 + place)}}

                """
            }
        }
        return setup + runs.joined()
    }

    private static let script = """
        echo "learning with $1"
        echo begun >> "$SLIPWAY_OUTPUTS/starts"
        left=2400
        while [ ! -e "$SLIPWAY_OUTPUTS/go" ] && [ "$left" -gt 0 ]; do left=$((left - 1)); sleep 0.05; done
        echo "{\\"loss\\": 0.$1}" >> "$SLIPWAY_METRICS"
        echo "model $1" > "$SLIPWAY_OUTPUTS/model.txt"

        """

    @Test func whatRunsOnThreeEnginesEndsOnceThoughItsReconcilerIsKilled() async throws {
        let tool = try #require(ContainerHost.tools.first)
        let containers = try ContainerHost(tool)
        let cluster = try SlurmCluster.shared()
        var tools = containers.programEnvironment
        tools["SLURM_CONF"] = "\(cluster.folder)/slurm.conf"
        let sandbox = try await Sandbox()
        try sandbox.write("manifests/all.yaml", Self.manifests(tool.rawValue))
        try sandbox.write("code/train.sh", Self.script)
        try await BusyboxLayout.write(to: "bases/busybox", of: sandbox)
        try await sandbox.commit()

        func files(_ name: String) -> [String] {
            sandbox.files(below: ".slipway/runs").filter { $0.hasSuffix("/1/\(name)") }.map { ".slipway/runs/\($0)" }
        }
        let first = try await sandbox.start("apply", environment: tools)
        try await eventually("all six run") { files("outputs/starts").count == 6 }
        first.signal(SIGKILL)
        #expect(try await first.end().status == 128 + SIGKILL)
        let starts = files("outputs/starts")
        for file in starts { try sandbox.write(String(file.dropLast("starts".count)) + "go", "") }

        let second = try await sandbox.reconcile(["apply"], environment: tools)
        #expect(second.status == 0, "\(second)")
        let phases = try await sandbox.phases()
        #expect(phases.count == 6 && phases.values.allSatisfy { $0 == "succeeded" }, "\(phases)")
        for file in files("outputs/starts") { #expect(try sandbox.read(file) == "begun\n", "\(file) was started once") }
        #expect(files("outputs/model.txt").count == 6)
        for (index, queue) in Self.queues.enumerated() {
            let logs = try await sandbox.reconcile("logs", "\(queue)-1")
            #expect(logs.output == "learning with \(index * 2 + 1)\n", "\(logs)")
        }
        // Nothing of it is left, and nothing is left to do.
        #expect(try containers.containers().isEmpty)
        let plan = try await sandbox.reconcile(["plan", "--detailed-exitcode"], environment: tools)
        #expect(plan.status == 0, "\(plan)")
        let checked = try await sandbox.reconcile("state", "check")
        #expect(checked.status == 0, "\(checked)")
        let doctor = try await sandbox.reconcile(["doctor"], environment: tools)
        #expect(doctor.status == 0, "\(doctor)")
        for queue in Self.queues { #expect(doctor.output.contains("queue \(queue)"), "\(doctor)") }
    }
}
