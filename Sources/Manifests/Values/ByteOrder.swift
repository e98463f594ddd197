extension String {
    /// Whether it stands before another where texts are ordered by their bytes in UTF-8, as Git orders paths.
    func precedes(_ other: String) -> Bool {
        let order = utf8.withContiguousStorageIfAvailable { own in
            other.utf8.withContiguousStorageIfAvailable { others in
                let order = zip(own, others).first { $0 != $1 }.map { $0 < $1 }
                return order ?? (own.count < others.count)
            }
        }
        return (order ?? nil) ?? utf8.lexicographicallyPrecedes(other.utf8)
    }

    /// Whether another is the same to the byte: what is equal to Unicode can be written in several ways.
    func hasBytes(of other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
