import Manifests
import Planning
import Reconciler
import Records

/// Runs as a table.
enum RunTable {
    static func text(_ runs: [ObjectView], style: TextStyle) -> String {
        var table = Table("RUN", "PHASE", "JOB", "QUEUE", "ATTEMPT", "TOOK", "COMMIT", "MESSAGE")
        for view in runs {
            let run = view.execution
            let took = run.flatMap { run in
                run.startedAt.flatMap { start in run.finishedAt.map { ($0 - start).inWords } }
            }
            table.add(
                view.record.key.name.description, view.phase,
                run.map { "\($0.specification.job)@v\($0.specification.jobVersion)" } ?? "-",
                run?.specification.queue.description ?? "-", run.map { String($0.attempt) } ?? "-", took ?? "-",
                view.record.revision.commit.map { String($0.prefix(8)) } ?? "-",
                view.phase == RunPhase.succeeded.rawValue
                    ? view.metrics.flatMap(MetricsLine.text) ?? "" : view.message)
        }
        return table.text
    }
}
