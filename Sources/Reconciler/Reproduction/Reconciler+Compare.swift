import Agents
import Foundation
import Images
import Manifests
import Records
import YAML

extension Reconciler {
    /// How many files of a folder are named that differ.
    private static let mostFiles = 100

    /// Holds what a reproduction left against what its original left.
    func compare(
        _ report: ReproductionReport, _ original: AttemptRecord, _ outputs: [String: OutputDigest],
        _ tolerance: MetricTolerance
    ) async throws -> ReproductionReport {
        var report = report
        for path in Set(original.outputs.keys).union(outputs.keys).sorted() {
            var output = ReproductionReport.Output(
                path: path, expected: original.outputs[path], found: outputs[path])
            if case (.folder?, .folder?) = (output.expected, output.found), !output.isSame {
                do {
                    try await name(&output, report, original)
                } catch let fault as Diagnostic {
                    report.notCompared.append("the files of \(path): \(fault.sentence)")
                }
            }
            report.outputs.append(output)
        }
        do {
            let expected = try await lastMetrics(of: report.run, original)
            let found = try RunMetrics.lastValues(in: "\(report.reproduction.folder)/metrics.jsonl")
            report.metrics = tolerance.compare(expected, with: found)
        } catch let fault as Diagnostic {
            report.notCompared.append("the metrics: \(fault.sentence)")
        }
        return report
    }

    /// Names the files of a folder that are not the same.
    private func name(
        _ output: inout ReproductionReport.Output, _ report: ReproductionReport, _ original: AttemptRecord
    ) async throws {
        guard let recorded = output.expected else { return }
        let own = original.folder ?? "\(paths.runs)/\(report.run.folder)/\(original.number)"
        let source = OutputSource(folder: own, artifact: original.artifact, stores: artifactStores)
        let path = output.path
        let differences = try await withScratch { scratch in
            let before = try await source.path(of: path, recorded, scratch: "\(scratch)/before")
            return try await BlockingWork.run {
                let expected = try HandedFiles.tree(before)
                guard expected.digest == recorded.digest else {
                    throw Diagnostic.outputChanged("\(report.run.name)", path, before)
                }
                let found = try HandedFiles.tree("\(report.reproduction.folder)/outputs/\(path)")
                return Self.differences(expected, found)
            }
        }
        output.files = Array(differences.prefix(Self.mostFiles))
        output.moreFiles = differences.count - output.files.count
    }

    private static func differences(
        _ expected: SourceTree, _ found: SourceTree
    ) -> [ReproductionReport.FileDifference] {
        let before = Dictionary(expected.entries.map { ($0.path, $0.kind) }) { first, _ in first }
        let after = Dictionary(found.entries.map { ($0.path, $0.kind) }) { first, _ in first }
        return Set(before.keys).union(after.keys).sorted().compactMap { path in
            switch (before[path], after[path]) {
            case (nil, .some): .init(path: path, change: .added)
            case (.some, nil): .init(path: path, change: .removed)
            case (let old, let new): old == new ? nil : .init(path: path, change: .changed)
            }
        }
    }

    /// The last value of each metric of an attempt, from its folder or from the store that it was put into.
    private func lastMetrics(of run: RunRecord, _ attempt: AttemptRecord) async throws -> [String: JSONValue] {
        switch try await traces(of: run, number: attempt.number) {
        case .folder(let folder): return try RunMetrics.lastValues(in: "\(folder)/metrics.jsonl")
        case .store(let location, let digest):
            return try await withScratch { scratch in
                let store = try artifactStores.open(location)
                guard let part = try await store.attempt(digest).part("metrics.jsonl") else { return [:] }
                try await store.fetch(part, to: "\(scratch)/metrics.jsonl", scratch: "\(scratch)/archive")
                return try RunMetrics.lastValues(in: "\(scratch)/metrics.jsonl")
            }
        }
    }
}

extension RunMetrics {
    /// As much of the file as a store keeps, the longest line, and the most names.
    private static let limits = (bytes: 64 << 20, line: 1 << 20, names: 10_000)

    /// The last value of each name, of all lines that are JSON objects; empty where there is no file.
    ///
    /// - Throws: a `Diagnostic` where there is too much of them to compare, or the file cannot be read.
    static func lastValues(in path: String) throws -> [String: JSONValue] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        guard let file = FileHandle(forReadingAtPath: path) else { throw Diagnostic.metricsUnreadable(path) }
        defer { try? file.close() }
        var values: [String: JSONValue] = [:]
        var open: [UInt8] = []
        var total = 0
        func take(_ line: [UInt8]) {
            guard case .object(let members)? = try? JSONValue(parsing: line) else { return }
            values.merge(members) { _, new in new }
        }
        while true {
            let data: Data?
            do { data = try file.read(upToCount: 256 << 10) } catch { throw Diagnostic.metricsUnreadable(path) }
            guard let data, !data.isEmpty else { break }
            total += data.count
            for byte in data {
                if byte == UInt8(ascii: "\n") {
                    take(open)
                    open.removeAll(keepingCapacity: true)
                } else {
                    open.append(byte)
                }
            }
            guard total <= limits.bytes, open.count <= limits.line, values.count <= limits.names else {
                throw Diagnostic.metricsTooLarge(path)
            }
        }
        take(open)
        return values
    }
}
