/// What is seldom said of values of which there are tens of thousands: where nothing of it is said, it takes the room
/// of one reference.
struct Seldom<Fields: SeldomSaid>: Sendable, Hashable {
    /// None where nothing of it is said, and one otherwise. A list, because a struct cannot hold itself.
    private(set) var said: [Fields] = []

    mutating func say(_ change: (inout Fields) -> Void) {
        var fields = said.first ?? .unsaid
        change(&fields)
        said = fields == .unsaid ? [] : [fields]
    }
}

/// The fields of which that holds.
protocol SeldomSaid: Sendable, Hashable {
    /// Nothing of it is said.
    static var unsaid: Self { get }
}
