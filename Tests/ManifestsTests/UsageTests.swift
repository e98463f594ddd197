import Foundation
import Support
import Testing
import YAML

@testable import Manifests

/// Warnings: what serves nothing, and what is asked for and never given.
@Suite("Unused objects and unmet resources")
struct UsageTests {
    private func codes(_ text: String) -> [String] { Sample.load(text).diagnostics.map(\.code.rawValue).sorted() }

    private static let otherJob = Sample.job.replacing("name: train", with: "name: other")
    private static let otherQueue = Sample.queue.replacing("name: local", with: "name: other")
    private static let otherPool = Sample.pool.replacing("name: here", with: "name: there").replacing(
        "[local]", with: "[other]")

    private func stream(_ documents: String...) -> String { documents.joined(separator: "---\n") }

    @Test("A job and a queue that no run uses are told once, at their names")
    func unused() {
        let found = Sample.load(stream(Sample.all, Self.otherJob, Self.otherQueue)).diagnostics
        #expect(found.map(\.message) == ["no run uses Job/other", "no run waits in Queue/other"])
        #expect(found.map(\.code.rawValue) == ["SLW2162", "SLW2163"])
        #expect(found.allSatisfy { $0.severity == .warning && $0.location?.span.start.column == 18 })
        #expect(found.allSatisfy { $0.remedy?.contains("slipway/unused: \"true\"") == true })
    }

    @Test("An annotation says that it is meant, and a pinned run is a use")
    func meant() {
        let annotated = "name: other, annotations: {slipway/unused: \"true\"}"
        let job = Self.otherJob.replacing("name: other", with: annotated)
        let queue = Self.otherQueue.replacing("name: other", with: annotated)
        #expect(codes(stream(Sample.all, job, queue, Self.otherPool)) == [])
        #expect(codes(Sample.all.replacing("job: train\n", with: "job: train@v3\n")) == [])
        #expect(codes(stream(Sample.all, job.replacing("\"true\"", with: "\"yes\""))) == ["SLW2172"])
    }

    @Test("Manifests without runs are being built up, and those with errors may use what they seem not to")
    func notJudged() {
        #expect(codes(stream(Sample.job, Sample.queue, Sample.pool)) == [])
        #expect(!codes(stream(Sample.all, Self.otherJob, "kind: [\n")).contains("SLW2162"))
    }

    @Test("A pool without work is told")
    func idle() throws {
        #expect(codes(stream(Sample.all, Self.otherQueue, Self.otherPool)) == ["SLW2163", "SLW2164"])
        let suspended = Sample.all.replacing("  variables:", with: "  suspend: true\n  variables:")
        let found = Sample.load(suspended).diagnostics
        #expect(found.map(\.code.rawValue) == ["SLW2164"])
        #expect(found.first?.notes.first?.location?.span.start.line == 17, "\(String(describing: found.first?.notes))")
        // A pool that has also a queue with work is none.
        #expect(codes(stream(Sample.all.replacing("[local]", with: "[local, other]"), Self.otherQueue)) == ["SLW2163"])
    }

    @Test("An annotation of Slipway's that does not exist is told")
    func annotations() throws {
        let text = Sample.all.replacing(
            "name: train}", with: "name: train, annotations: {slipway/prnue: \"false\", other.io/x: z}}")
        let found = Sample.load(text).diagnostics
        #expect(found.map(\.code.rawValue) == ["SLW2165"])
        #expect(found.first?.remedy == "did you mean `slipway/prune`?")
        #expect(found.first?.severity == .warning)
    }

    @Test("The example has no warnings")
    func example() async {
        let folder = URL(fileURLWithPath: "\(BuiltProgram.checkout)/manifests").resolvingSymlinksInPath()
        let loaded = await ManifestLoader(repositoryRoot: folder.deletingLastPathComponent().path).load([folder.path])
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics.map(\.summary))")
        #expect(loaded.desired.jobs.count == 2)
    }

    // MARK: Resources

    /// What a job says that cannot be meant.
    static let jobs = [
        ("retry: {on: [error]}", "SLW2168", "`on` says nothing, since no attempt follows the first", 11),
        ("retry: {limit: 0, backoff: {factor: 3}}", "SLW2168", "`backoff` says nothing", 21),
        ("retry: {limit: 1, on: [timeout]}", "SLW2169", "no attempt ends by a timeout", 26),
        (
            "retry: {limit: 1, backoff: {initial: 10m}}", "SLW2167",
            "the first wait is to be 10m, and none is longer than the maximum of 5m", 40
        ),
        ("resources: {memory: 512}", "SLW2170", "512 bytes of memory are too little", 23),
        ("resources: {cpu: 0}", "SLW2171", "no program runs on 0 processor cores", 20),
    ]

    @Test("What a job says and cannot mean is told", arguments: jobs)
    func job(_ line: String, _ code: String, _ part: String, _ column: Int) throws {
        let found = Sample.load(Sample.all.replacing("  command", with: "  \(line)\n  command")).diagnostics
        #expect(found.map(\.code.rawValue) == [code])
        #expect(found.first?.message.contains(part) == true, "\(found.map(\.message))")
        #expect(found.first?.location?.span.start.column == column)
        #expect(found.first?.severity == .warning)
    }

    /// An engine, its document, what the job asks for, and what is said of it.
    static let queues: [(engine: String, config: String, job: String, said: String?)] = [
        (
            "local-container", "{gpus: 2}", "resources: {gpu: 4}",
            "asks for 4 GPUs, and the queue local gives its run first 2"
        ),
        ("local-container", "{gpus: 2}", "resources: {gpu: 2}", nil),
        ("local-container", "{gpus: all}", "resources: {gpu: 4}", nil),
        ("local-container", "{gpus: 'device=0'}", "resources: {gpu: 2}", "asks for 2 GPUs"),
        (
            "local-container", "{memory: 8g}", "resources: {memory: 16Gi}",
            "asks for 16Gi of memory, and the queue local gives its run first 8Gi"
        ),
        ("local-container", "{memory: 8g, cpus: '4'}", "resources: {memory: 8Gi, cpu: 4}", nil),
        (
            "local-container", "{cpus: 1.5}", "resources: {cpu: 2}",
            "asks for 2 cores, and the queue local gives its run first 1500m"
        ),
        ("local-container", "{memory: '{{cores}}g'}", "resources: {memory: 2Gi}", "gives its run first 1Gi"),
        ("slurm", "{gres: 'gpu:{{cores}}'}", "resources: {gpu: 2}", "gives its run first 1"),
        ("slurm", "{gres: 'gpu:a100:4,license:1'}", "resources: {gpu: 4}", nil),
        ("slurm", "{gres: gpu}", "resources: {gpu: 2}", "first 1"),
        ("slurm", "{gpus-per-node: 2, nodes: 2}", "resources: {gpu: 4}", nil),
        ("slurm", "{gpus: 'a100:2'}", "resources: {gpu: 3}", "first 2"),
        ("slurm", "{nodes: 1-4, gpus-per-node: 1}", "resources: {gpu: 4}", nil),
        ("slurm", "{mem: 4096}", "resources: {memory: 8Gi}", "first 4Gi"),
        ("slurm", "{mem: '0'}", "resources: {memory: 8Gi}", nil),
        (
            "slurm", "{cpus-per-task: 2}", "resources: {cpu: 4}",
            "asks for 4 cores, and the queue local gives its run first 2"
        ),
        ("slurm", "{time: '1-00'}", "timeout: 25h", "asks for up to 25h, and the queue local gives its run first 24h"),
        ("slurm", "{time: 60}", "timeout: 1h", nil), ("slurm", "{time: '30:00'}", "timeout: 1h", "first 30m"),
        ("slurm", "{partition: gpu}", "resources: {gpu: 4}", nil),
        (
            "kubernetes",
            "{spec: {template: {spec: {containers: "
                + "[{name: a, resources: {limits: {memory: 1Gi, nvidia.com/gpu: 1}}}]}}}}",
            "resources: {memory: 2Gi, gpu: 1}", "asks for 2Gi of memory, and the queue local gives its run first 1Gi"
        ),
        ("kubernetes", "{spec: {activeDeadlineSeconds: 600}}", "timeout: 20m", "gives its run first 10m"),
        ("local-process", "{}", "resources: {gpu: 8, memory: 100Ti}", nil),
    ]

    @Test("What a queue fixes and a job asks more of is told, with both places", arguments: queues.indices)
    func capacity(_ index: Int) throws {
        let (engine, config, job, said) = Self.queues[index]
        let text = Sample.all.replacing("resource: local-process", with: "resource: \(engine)\n  config: \(config)")
            .replacing("  command", with: "  \(job)\n  command")
            .replacing("{queues: [local]}", with: "{queues: [local], registry: {location: r.example.com/x}}")
        let found = Sample.load(text).diagnostics
        guard let said else { return #expect(found.isEmpty, "\(found.map(\.summary))") }
        #expect(found.map(\.code.rawValue) == ["SLW2166"], "\(found.map(\.summary))")
        let diagnostic = try #require(found.first)
        #expect(diagnostic.message.contains(said), "\(diagnostic.message)")
        #expect(diagnostic.severity == .warning && diagnostic.location?.span.start.line == 6)
        #expect(diagnostic.notes.first?.location?.line?.contains("config") == true)
    }

    @Test("Requests above their limits are refused, since Kubernetes refuses the pods")
    func requests() {
        let resources =
            "{requests: {memory: 2Gi, cpu: 500m, x.io/y: '{{cores}}'}, limits: {memory: 1Gi, cpu: 1, x.io/y: 1}}"
        let config = "{spec: {template: {spec: {containers: [{name: a, resources: \(resources)}]}}}}"
        let text = Sample.all.replacing("resource: local-process", with: "resource: kubernetes\n  config: \(config)")
            .replacing("{queues: [local]}", with: "{queues: [local], registry: {location: r.example.com/x}}")
        let found = Sample.load(text).diagnostics
        #expect(found.map(\.code.rawValue) == ["SLW2173"], "\(found.map(\.summary))")
        #expect(found.first?.message.contains("request 2Gi of memory, more than their limit of 1Gi") == true)
    }

    @Test("A run that takes enough of a variable is told nothing, and many runs of one pair are told once")
    func variables() {
        let text = Sample.all.replacing(
            "resource: local-process", with: "resource: slurm\n  config: {gres: 'gpu:{{cores}}'}"
        )
        .replacing("  command", with: "  resources: {gpu: 2}\n  command")
        .replacing("{queues: [local]}", with: "{queues: [local], registry: {location: r.example.com/x}}")
        #expect(codes(text) == ["SLW2166"])
        #expect(codes(text.replacing("  queue: local\n", with: "  queue: local\n  variables: {cores: 2}\n")) == [])
        let more = (0..<5).map { Sample.run.replacing("name: first", with: "name: run-\($0)") }
        #expect(codes(([text] + more).joined(separator: "---\n")) == ["SLW2166"])
    }
}
