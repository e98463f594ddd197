/// Values by their names, in the order of the names.
///
/// What a manifest maps names to is a handful: labels, parameters, variables. A repository has hundreds of thousands of
/// such maps, and a dictionary takes two to five times the room of a list for so few. A name is found by bisection,
/// which for so few takes no longer than hashing it, and what is made of the values is in the same order each time.
///
/// Setting a name that is not there moves those behind it: many are given at once.
public struct NamedValues<Value> {
    public typealias Element = (key: String, value: Value)

    fileprivate struct Entry {
        let name: String
        var value: Value
    }

    /// In the order of their names, of which none is there twice.
    private var entries: [Entry] = []

    public init() {}

    /// The later of two values of one name counts.
    public init(_ values: some Sequence<(key: String, value: Value)>) {
        var gathered = Gathering(capacity: values.underestimatedCount)
        for (name, value) in values { gathered.append(value, named: name) }
        self = gathered.finish().values
    }

    public subscript(name: String) -> Value? {
        get {
            let place = place(of: name)
            return has(name, at: place) ? entries[place].value : nil
        }
        set {
            guard let newValue else { return _ = removeValue(forKey: name) }
            updateValue(newValue, forKey: name)
        }
    }

    /// Returns the value that it replaces.
    @discardableResult
    public mutating func updateValue(_ value: Value, forKey name: String) -> Value? {
        let place = place(of: name)
        guard has(name, at: place) else {
            entries.insert(Entry(name: name, value: value), at: place)
            return nil
        }
        let former = entries[place].value
        entries[place].value = value
        return former
    }

    @discardableResult
    public mutating func removeValue(forKey name: String) -> Value? {
        let place = place(of: name)
        return has(name, at: place) ? entries.remove(at: place).value : nil
    }

    /// Where a name is, or would be.
    private func place(of name: String) -> Int {
        // Mappings tend to be written in this order, or to be read from what is in it.
        guard let last = entries.last, !(last.name < name) else { return entries.count }
        var (low, high) = (0, entries.count - 1)
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func has(_ name: String, at place: Int) -> Bool { place < entries.count && entries[place].name == name }

    public var keys: some RandomAccessCollection<String> { entries.lazy.map(\.name) }
    public var values: some RandomAccessCollection<Value> { entries.lazy.map(\.value) }

    public func mapValues<Made>(_ make: (Value) throws -> Made) rethrows -> NamedValues<Made> {
        var made = NamedValues<Made>()
        made.entries = try entries.map { NamedValues<Made>.Entry(name: $0.name, value: try make($0.value)) }
        return made
    }

    public func compactMapValues<Made>(_ make: (Value) throws -> Made?) rethrows -> NamedValues<Made> {
        var made = NamedValues<Made>()
        made.entries = try entries.compactMap { entry in
            try make(entry.value).map { NamedValues<Made>.Entry(name: entry.name, value: $0) }
        }
        return made
    }
}

extension NamedValues {
    /// Many values that come in any order: they are put in theirs once, when all are there.
    struct Gathering {
        private var entries: [Entry] = []
        private var isAscending = true

        init(capacity: Int) { entries.reserveCapacity(capacity) }

        mutating func append(_ value: Value, named name: String) {
            if let last = entries.last, !(last.name < name) { isAscending = false }
            entries.append(Entry(name: name, value: value))
        }

        /// - Returns: what was gathered, and the names that came again; the last value of a name counts.
        mutating func finish() -> (values: NamedValues, repeated: [String]) {
            var (values, repeated) = (NamedValues(), [String]())
            defer { self = Gathering(capacity: 0) }
            if !isAscending {
                // Those of one name stay in the order in which they came.
                entries.sort { $0.name < $1.name }
                var kept = 0
                for index in entries.indices.dropFirst() {
                    if entries[index].name == entries[kept].name {
                        repeated.append(entries[index].name)
                    } else {
                        kept += 1
                    }
                    entries[kept] = entries[index]
                }
                entries.removeSubrange((kept + 1)...)
            }
            values.entries = entries
            return (values, repeated)
        }
    }
}

extension NamedValues: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { entries.count }

    public subscript(position: Int) -> Element { (entries[position].name, entries[position].value) }
}

extension NamedValues: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, Value)...) {
        self.init(elements.lazy.map { (key: $0, value: $1) })
    }
}

extension NamedValues.Entry: Equatable where Value: Equatable {}
extension NamedValues.Entry: Hashable where Value: Hashable {}
extension NamedValues.Entry: Sendable where Value: Sendable {}
extension NamedValues: Equatable where Value: Equatable {}
extension NamedValues: Hashable where Value: Hashable {}
extension NamedValues: Sendable where Value: Sendable {}

extension NamedValues<JSONValue> {
    /// These, and the defaults of what is declared and not among them.
    public func overDefaults(of declared: NamedValues<ParameterSchema>) -> [String: JSONValue] {
        var all = dictionary
        for (name, schema) in declared where all[name] == nil { all[name] = schema.default }
        return all
    }
}

extension NamedValues {
    /// The same for those who look much up, or have many.
    public var dictionary: [String: Value] { Dictionary(uniqueKeysWithValues: map { ($0.key, $0.value) }) }
}
