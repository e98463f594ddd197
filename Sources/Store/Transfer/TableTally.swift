/// How many rows there are and what they say, in whatever order they come: equal tables have equal tallies.
///
/// It finds what got lost or was changed on the way, not what somebody changed on purpose; that is what the chain of
/// events is for. It only means something within one process.
struct TableTally: Equatable {
    private(set) var count: Int64 = 0
    private var sum: Int = 0

    mutating func add(_ row: StateRow) {
        var hasher = Hasher()
        for value in row.values {
            switch value {
            case .null: hasher.combine(0)
            case .int(let number):
                hasher.combine(1)
                hasher.combine(number)
            case .text(let text):
                // By its bytes: texts that are equal to Unicode can differ in them.
                var text = text
                hasher.combine(2)
                hasher.combine(text.utf8.count)
                text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
            }
        }
        count += 1
        sum &+= hasher.finalize()
    }
}
