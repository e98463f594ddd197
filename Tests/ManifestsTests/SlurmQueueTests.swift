import Testing
import YAML

@testable import Manifests

/// What `validate` says of a queue for Slurm.
@Suite("Queues for Slurm")
struct SlurmQueueTests {
    private func codes(_ lines: String, field: String = "config") -> [String] {
        let body = lines.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        let text = """
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: cluster}
            spec:
              resource: slurm
              variables:
                hours: {type: integer, default: 1}
              \(field):
            \(body)

            """
        return Sample.load(text).diagnostics.map { diagnostic in
            let place = diagnostic.location?.description.split(separator: ":").suffix(2).joined(separator: ":")
            return "\(diagnostic.code.rawValue) \(place ?? "")"
        }
    }

    @Test func `options of sbatch by their long names are taken`() {
        #expect(
            codes(
                """
                partition: gpu,long
                account: vision
                qos: high
                gres: "gpu:a100:2"
                time: "{{hours}}:00:00"
                nodes: 2
                exclusive: true
                requeue: false
                mem-per-cpu: 4G
                constraint: "a100&nvlink"
                nice: -5
                """) == [])
        #expect(codes("bin: /opt/slurm/bin\nconf: /etc/slurm/other.conf", field: "settings") == [])
    }

    @Test(arguments: [
        // What Slipway sets itself.
        ("job-name: mine", "SLW2400 9:5"), ("comment: x", "SLW2400 9:5"), ("output: /etc/passwd", "SLW2400 9:5"),
        ("error: x", "SLW2400 9:5"), ("export: ALL", "SLW2400 9:5"), ("array: 0-9", "SLW2400 9:5"),
        ("chdir: /", "SLW2400 9:5"), ("wrap: id", "SLW2400 9:5"), ("clusters: other", "SLW2400 9:5"),
        ("no-requeue: true", "SLW2400 9:5"), ("dependency: singleton", "SLW2400 9:5"),
        // What reaches beyond a job.
        ("uid: 0", "SLW2401 9:5"), ("gid: 0", "SLW2401 9:5"), ("get-user-env: true", "SLW2401 9:5"),
        ("propagate: ALL", "SLW2401 9:5"), ("reboot: true", "SLW2401 9:5"), ("bbf: /etc/passwd", "SLW2401 9:5"),
        // What nobody knows.
        ("partitions: a", "SLW2402 9:5"), ("--partition: a", "SLW2402 9:5"), ("p: a", "SLW2402 9:5"),
        ("'partition=a --uid': 0", "SLW2402 9:5"), ("Partition: a", "SLW2402 9:5"),
        // What is no value of an option.
        ("partition: [a, b]", "SLW2403 9:16"), ("partition: {a: b}", "SLW2403 9:16"),
        ("partition: null", "SLW2403 9:16"),
        ("time: 1.5", "SLW2403 9:11"), ("partition: \"\"", "SLW2403 9:16"), ("partition: \"a\\nb\"", "SLW2403 9:16"),
    ])
    func `everything else is refused, with its place`(line: String, finding: String) {
        #expect(codes(line) == [finding])
    }

    @Test(arguments: ["bin: bin", "conf: ~/slurm.conf", "conf: 1", "bin: [/a]", "bin: \"\""])
    func `a path of the machine is absolute`(line: String) {
        #expect(codes(line, field: "settings") == ["SLW2404 9:\(line.prefix { $0 != ":" }.count + 7)"])
    }

    @Test(arguments: [
        ("container: charliecloud", []),
        ("container: charliecloud\nbind: []", []),
        ("container: charliecloud\nbind: [/data, /opt/x:/usr/local/x, '/ü y:/mnt/b']", []),
        ("container: podman", ["SLW2482 9:16"]), ("container: apptainer", ["SLW2482 9:16"]),
        ("container: true", ["SLW2482 9:16"]), ("container: [charliecloud]", ["SLW2482 9:16"]),
        ("container: null", ["SLW2482 9:16"]),
        ("container: charliecloud\nbind: /data", ["SLW2483 10:11"]),
        ("container: charliecloud\nbind: [/data, data]", ["SLW2484 10:19"]),
        ("container: charliecloud\nbind: ['/a:b']", ["SLW2484 10:12"]),
        ("container: charliecloud\nbind: ['/a:/b:/c']", ["SLW2484 10:12"]),
        ("container: charliecloud\nbind: [/a/../b]", ["SLW2484 10:12"]),
        ("container: charliecloud\nbind: [/]", ["SLW2484 10:12"]),
        ("container: charliecloud\nbind: ['/a:/']", ["SLW2484 10:12"]),
        ("container: charliecloud\nbind: ['/a:/slipway/outputs']", ["SLW2484 10:12"]),
        ("container: charliecloud\nbind: ['/a:/proc/self']", ["SLW2484 10:12"]),
        ("container: charliecloud\nbind: [/tmp]", ["SLW2484 10:12"]),
        ("container: charliecloud\nbind: [\"/a\\n\"]", ["SLW2484 10:12"]),
        ("container: charliecloud\nbind: ['--write']", ["SLW2484 10:12"]),
        ("container: charliecloud\nbind: [1]", ["SLW2484 10:12"]),
        ("container: charliecloud\nbind: [/data, '/x:/data/y']", ["SLW2485 10:19"]),
        ("container: charliecloud\nbind: [/data, '/x:/data']", ["SLW2485 10:19"]),
        ("container: charliecloud\nbind: [/data, /data2]", []),
        ("bind: [/data]", ["SLW2486 9:5"]),
    ])
    func `containers are Charliecloud's, and see absolute paths`(lines: String, found: [String]) {
        #expect(codes(lines, field: "settings") == found)
    }

    @Test func `a path is the node's and the container's`() {
        #expect(SlurmBind("/a//b/")?.source == "/a/b" && SlurmBind("/a//b/")?.target == "/a/b")
        #expect(SlurmBind("/a:/b")?.source == "/a" && SlurmBind("/a:/b")?.target == "/b")
        #expect(SlurmBind("/tmp/x:/b")?.source == "/tmp/x")
        #expect(SlurmBind("/a\u{0}") == nil && SlurmBind("") == nil && SlurmBind(":") == nil)
    }

    @Test func `there is nothing that a queue could permit`() {
        #expect(codes("allow: [hostPath]", field: "settings").count == 1)
        #expect(codes("partition: \"{{nobody}}\"").count == 1)
    }
}
