import Synchronization

/// A number that several tasks count up.
public final class Tally: Sendable {
    private let number = Atomic(0)

    public init() {}

    public var count: Int { number.load(ordering: .acquiring) }
    public func add() { number.add(1, ordering: .releasing) }
}
