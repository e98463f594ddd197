/// Something that a test waits for did not come in time.
public struct NeverCame: Error, CustomStringConvertible {
    public let description: String
}

/// Waits until something is true, and no longer.
///
/// Other processes tell nobody what they do, so they have to be looked at; a test that looks is as quick as they are,
/// and one that slept would be as slow as the slowest machine.
public func eventually(
    _ what: String, within limit: Duration = .seconds(60), _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NeverCame(description: "\(what): not within \(limit)") }
        try await Task.sleep(for: .milliseconds(3))
    }
}
