/// The order in which the fields of a value are written, as whoever knows the format says it.
///
/// Fields that are not named come behind those that are, in the order in which somebody wrote them; a value without an
/// order of its own keeps the order that it has.
public struct FieldOrder: Sendable {
    /// The fields of a mapping, each with the order inside its value.
    public var fields: [(name: String, inside: FieldOrder)]
    /// The order inside each element of a list, or inside each value of a mapping whose keys are free.
    private var each: [FieldOrder]

    public init(fields: [(name: String, inside: FieldOrder)] = [], elements: FieldOrder? = nil) {
        self.fields = fields
        each = elements.map { $0.isEmpty ? [] : [$0] } ?? []
    }

    /// Everything stays in the order in which it was written.
    public static let asWritten = FieldOrder()

    public var elements: FieldOrder { each.first ?? .asWritten }

    public var isEmpty: Bool { fields.isEmpty && each.isEmpty }
}
