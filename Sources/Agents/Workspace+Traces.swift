import Images
public import Manifests
import Records
import YAML

extension Workspace {
    /// How much is kept of a log, and of the metrics: their ends. Whoever writes more than that leaves a file.
    private static let mostOfLog: Int64 = 1 << 30
    private static let mostOfMetrics: Int64 = 64 << 20

    /// Logs, metrics and the outputs that have a digest. Never the environment, and never what the image brought.
    public func keep(_ traces: AttemptTraces, in location: ArtifactLocation) async throws -> KeptTraces {
        let store = try artifacts.open(location)
        let (attempt, run) = (traces.attempt, traces.run)
        var contents: [(title: String, content: ArtifactUpload.Content)] = [
            ("stdout.log", .log(most: Self.mostOfLog)), ("stderr.log", .log(most: Self.mostOfLog)),
            ("metrics.jsonl", .log(most: Self.mostOfMetrics)),
        ]
        var missing: [String] = []
        for (path, output) in traces.outputs.sorted(by: { $0.key < $1.key }) {
            switch output {
            case .file(let digest, _): contents.append(("outputs/\(path)", .file(digest)))
            case .folder(let digest, _): contents.append(("outputs/\(path)", .folder(digest)))
            case .unreadable(let why): missing.append("\(path) is not kept: \(why)")
            }
        }
        var annotations = [
            "slipway.attempt": String(attempt.number),
            "slipway.job": "\(run.specification.job)@v\(run.specification.jobVersion)",
            "slipway.run": run.name.description,
            "slipway.run.id": run.id.text,
        ]
        annotations["org.opencontainers.image.revision"] = traces.commit
        let upload = ArtifactUpload(of: folder(of: attempt, of: run), scratch: "\(root)/.kept-\(attempt.engineName)")
        let digest = try await upload.run(contents, annotations: annotations, into: store)
        return KeptTraces(digest: digest, warning: missing.isEmpty ? nil : missing.joined(separator: "; "))
    }
}
