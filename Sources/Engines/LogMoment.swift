import Records

/// The moment of a line, as finely as the engine says it.
public struct LogMoment: Sendable, Hashable, Comparable {
    /// As it was written.
    public let text: String
    private let seconds: Int64
    private let nanoseconds: Int64

    /// Reads RFC 3339 with a time and any number of decimals; `nil` for anything else.
    public init?(_ bytes: [UInt8]) {
        text = String(decoding: bytes, as: UTF8.self)
        guard bytes.count > 10, let moment = Timestamp(rfc3339: text) else { return nil }
        // What it says of milliseconds is cut off; all decimals follow the point.
        let whole = moment.milliseconds % 1000
        seconds = (moment.milliseconds - (whole < 0 ? whole + 1000 : whole)) / 1000
        let decimals = bytes.drop { $0 != UInt8(ascii: ".") }.dropFirst().prefix { (0x30...0x39).contains($0) }
        let nine = (Array(decimals) + Array(repeating: UInt8(ascii: "0"), count: 9)).prefix(9)
        nanoseconds = nine.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    public static func < (left: LogMoment, right: LogMoment) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    public static func == (left: LogMoment, right: LogMoment) -> Bool {
        left.seconds == right.seconds && left.nanoseconds == right.nanoseconds
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(seconds)
        hasher.combine(nanoseconds)
    }
}
