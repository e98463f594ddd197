public import Images
public import Manifests
import Planning
import Records
import YAML

/// The lock of a requirements file, which all jobs with that source and file share.
public struct LockReport: Sendable {
    /// Sorted; those that the lock is for, also where only one of them was asked for.
    public var jobs: [ObjectName]
    /// The source, relative to the repository's root; empty for the root itself.
    public var source: String
    public var report: PythonLocker.Report

    /// A path of the report as it is seen from the repository's root.
    public func shown(_ path: String) -> String { source.isEmpty ? path : "\(source)/\(path)" }
}

extension Reconciler {
    /// Writes the locks of jobs, or looks at them.
    ///
    /// - Parameters:
    ///   - names: the jobs; all that name requirements where it is empty.
    ///   - checks: whether nothing is to be written.
    ///   - upgrade: whether what is locked is resolved anew.
    /// - Throws: `Diagnostics` with what is wrong with any of them; the locks of the others are written.
    public func lock(
        _ names: [ObjectName], checks: Bool, upgrade: Bool, log: @escaping @Sendable (String) -> Void
    ) async throws -> [LockReport] {
        let reading = try await read()
        try surroundings.prepareToAct()
        for name in names {
            let request = try request(forJob: name, in: reading)
            guard request.build.python?.requirements != nil else { throw Diagnostic.nothingToLock("\(name)") }
        }
        let all = try reading.input.desired.jobs.keys.sorted().map { ($0, try request(forJob: $0, in: reading)) }
        let groups = Dictionary(grouping: all.filter { $0.1.build.python?.requirements != nil }) { _, request in
            [request.sourceRoot, Self.normal(request.build.python?.requirements ?? "")]
        }
        let locker = PythonLocker(cacheFolder: paths.cache)
        var reports: [LockReport] = []
        var problems: [Diagnostic] = []
        for (_, group) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let jobs = group.map(\.0)
            guard names.isEmpty || names.contains(where: jobs.contains) else { continue }
            let requests = group.map(\.1)
            do {
                let report =
                    checks
                    ? try await locker.check(requests) : try await locker.lock(requests, upgrade: upgrade, log: log)
                let source = Repository.relative(requests[0].sourceRoot, to: repository.root) ?? ""
                reports.append(LockReport(jobs: jobs, source: source, report: report))
            } catch let diagnostic as Diagnostic {
                problems.append(diagnostic)
            } catch let diagnostics as Diagnostics {
                problems += diagnostics.all
            }
        }
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return reports
    }

    private static func normal(_ path: String) -> String {
        path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
