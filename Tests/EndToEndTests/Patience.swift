import Foundation

/// Waits until a condition holds, looking often; a wait that is over without it is an error that says what for.
///
/// The limit is far beyond what a loaded machine needs: it ends a broken test, and decides nothing else.
func eventually(
    _ what: String, within limit: Duration = .seconds(60), _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while try await !condition() {
        guard clock.now < deadline else { throw NeverCame(what: what) }
        try await Task.sleep(for: .milliseconds(5))
    }
}

struct NeverCame: Error {
    let what: String
}
