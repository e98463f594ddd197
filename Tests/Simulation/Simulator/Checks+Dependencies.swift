import Manifests
import Store

extension World {
    /// Looks whether what a run waits for has come far enough when somebody takes it.
    func checkDependencies(_ commit: Commit) {
        for run in commit.claimed where commit.before.runs[run.id]?.isActive == false {
            for (identity, condition) in dependencies(of: run.id) {
                let upstream = commit.after.runs.values.first { $0.identity == identity }
                let phase = upstream?.phase ?? "not recorded"
                let isMet = phase == "succeeded" || condition == "finished" && upstream?.isTerminal == true
                if !isMet {
                    violate(.dependencies, "run \(run.id) is begun and waits for \(identity), which is \(phase)")
                }
            }
        }
    }

    /// What a run waits for, as its specification says: identities and conditions.
    private func dependencies(of run: String) -> [(identity: String, condition: String)] {
        var text = "{}"
        do {
            try database.read { connection in
                try connection.forEachRow("SELECT specification FROM runs WHERE id = ?", [.text(run)]) {
                    text = $0.text(0)
                }
            }
            let entries = try JSONValue(parsing: Array(text.utf8))["dependsOn"]?.array ?? []
            return entries.map { ($0["identity"]?.string ?? "", $0["condition"]?.string ?? "") }
        } catch {
            violate(.recordSound, "the specification of run \(run) cannot be read: \(error)")
            return []
        }
    }

    /// Looks whether every run that is wanted has ended where agents take it, or cannot begin.
    func checkEnds() {
        let wanted = Set(record.objects.filter { $0.key.hasPrefix("Run/") }.map(\.value))
        for run in record.runs.values.sorted(by: { $0.id < $1.id }) where !run.isTerminal {
            guard wanted.contains(where: { $0.hasSuffix(run.identity) }) else {
                violate(.converges, "run \(run.id) is \(run.phase), and nobody wants it")
                continue
            }
            let isStuck = run.phase == "pending" && ["DependencyFailed", "Blocked"].contains(run.reason)
            if !isStuck { violate(.converges, "run \(run.id) is \(run.phase) in the end: \(run.message)") }
        }
    }
}
