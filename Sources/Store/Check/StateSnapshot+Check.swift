extension StateSnapshot {
    /// Checks everything that has to hold of the record, in one pass over each table.
    ///
    /// Memory grows with the runs and attempts, not with the events.
    ///
    /// - Parameter events: whether the events are read as well: their chain is verified, and they are held against
    ///   the tables.
    /// - Throws: what the database throws. Whatever is wrong with the record is a finding.
    public func check(events: Bool = true) throws -> StateCheckResult {
        var check = StateCheck(connection: connection)
        return try check.run(events: events)
    }
}
