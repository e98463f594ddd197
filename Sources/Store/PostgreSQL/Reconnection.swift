import YAML

/// How long, and how often, a server that is away is waited for.
struct Reconnection: Sendable {
    /// The longest that one piece of work waits for the server in all.
    let patience: Duration
    let pause: @Sendable (Duration) -> Void

    /// The waits between tries: none first, for a server that was restarted is there again already; then from 100 ms
    /// doubling to 5 s.
    struct Delay: Sendable {
        private var next = Duration.zero

        mutating func take() -> Duration {
            defer { next = next == .zero ? .milliseconds(100) : min(next * 2, .seconds(5)) }
            return next
        }
    }

    /// Does some work on a connection, again and on a new one as often as the trouble is a passing one.
    ///
    /// - Parameters:
    ///   - link: the connection to begin with; what is left in it is fit for use.
    ///   - work: everything in it is done once more when it is repeated.
    func run<T>(
        on link: inout PostgresLink?, open: () throws -> PostgresLink, _ work: (PostgresLink) throws -> T
    ) throws -> T {
        var delay = Delay()
        var spent = Duration.zero
        let clock = ContinuousClock()
        while true {
            let begun = clock.now
            do {
                let current = try link ?? open()
                link = current
                return try work(current)
            } catch let failure as PostgresFailure where failure.isPassing {
                if link?.isIdle != true { link = nil }
                let wait = delay.take()
                spent += (clock.now - begun) + wait
                guard spent < patience else { throw failure }
                if wait > .zero { pause(wait) }
            }
        }
    }
}
