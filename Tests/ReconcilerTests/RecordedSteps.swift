import Manifests
import Records
import Store

// What an agent writes down step by step, for tests of what is left when one is killed between two steps.

extension StateTransaction {
    func begin(_ agent: AgentRecord) throws {
        try write(agent)
        try append([
            EventDraft(.agentStarted, of: ObjectKey(.agentPool, agent.pool), details: ["agent": .string(agent.id)])
        ])
    }

    /// Records an event of a run with what it means for its attempt and for the audit trail.
    func record(_ event: RunEvent, of id: RunID, token: Int64?, at now: Timestamp) throws {
        let run = try advance(id, by: event, token: token)
        guard var attempt = try snapshot.attempts(of: id).last else { return }
        let key = ObjectKey(.run, run.name)
        var details: [String: JSONValue] = ["attempt": .int(Int64(attempt.number))]
        switch event {
        case .imageReady(let image):
            attempt.image = image
            details["image"] = .string(image.description)
            try append([EventDraft(.attemptIntended, of: key, details: details)])
        case .submitted:
            attempt.submittedAt = now
            try append([EventDraft(.attemptSubmitted, of: key, details: details)])
        default: break
        }
        try write(attempt)
    }
}
