import Foundation
public import Records

/// Where the time comes from. Everything that looks at a clock is given one.
public protocol TimeSource: Sendable {
    func now() -> Timestamp
}

/// The machine's own clock.
public struct SystemTime: TimeSource {
    public init() {}

    public func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
