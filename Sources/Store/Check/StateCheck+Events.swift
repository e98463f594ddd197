import Records

extension StateCheck {
    /// Verifies the chain, and holds each event against the tables. Each event is judged by itself: one that was
    /// changed does not hide another.
    mutating func checkEvents() throws {
        var verifier = ChainVerifier()
        try read(.events) { check, row in
            check.result.events += 1
            let event = EventRecord(row)
            if let fault = verifier.verify(event) {
                check.report(.chain, row, "\(fault)")
                verifier.resume(after: event)
            }
            if let fault = check.trail.take(event) { check.report(.trail, row, "it \(fault)") }
        }
        if let head = chainHead, head.sequence != verifier.count || head.hash != verifier.hash {
            let fault = ChainFault.truncated(expected: head.sequence, found: verifier.count)
            report(.chain, .meta, "chain", "\(fault)")
        }
        if trail.newestToken > counters["token"] ?? 0 {
            report(.counter, .meta, "token", "token \(trail.newestToken) was given out, and it is behind that")
        }
        for finding in trail.missing() { report(.trail, finding.table, finding.row, finding.message) }
    }
}

extension EventRecord {
    fileprivate init(_ row: StateRow) {
        self.init(
            sequence: row.number("sequence") ?? 0, at: Timestamp(milliseconds: row.number("at") ?? 0),
            kind: row.text("kind") ?? "", subject: row.text("subject") ?? "", cause: row.text("cause") ?? "",
            revision: row.text("revision") ?? "", actor: row.text("actor") ?? "", details: row.text("details") ?? "",
            previous: row.text("previous") ?? "", hash: row.text("hash") ?? "")
    }
}
