/// A key of a mapping, and where its text is.
struct Key {
    var node: Int
    var start: Int
    var count: Int
    /// Whether its text is in the file or in the pool.
    var isInFile: Bool

    func text(pool: [UInt8], file: [UInt8]) -> String {
        String(decoding: (isInFile ? file : pool)[start..<start + count], as: UTF8.self)
    }

    /// Up to this many keys are compared with each other; beyond, a table does it in linear time.
    private static let few = 8

    /// The keys whose text is that of an earlier one, each with the first, in their order.
    static func twins(_ keys: [Key], pool: [UInt8], file: [UInt8]) -> [(key: Key, first: Key)] {
        pool.withUnsafeBytes { pool in
            file.withUnsafeBytes { file in
                keys.count <= few ? twinsOfFew(keys, pool, file) : twinsOfMany(keys, pool, file)
            }
        }
    }

    private static func twinsOfFew(
        _ keys: [Key], _ pool: UnsafeRawBufferPointer, _ file: UnsafeRawBufferPointer
    ) -> [(key: Key, first: Key)] {
        var twins: [(key: Key, first: Key)] = []
        for position in keys.indices {
            let key = keys[position]
            for other in 0..<position where keys[other].count == key.count {
                guard Text(key, pool, file) == Text(keys[other], pool, file) else { continue }
                twins.append((key, keys[other]))
                break
            }
        }
        return twins
    }

    private static func twinsOfMany(
        _ keys: [Key], _ pool: UnsafeRawBufferPointer, _ file: UnsafeRawBufferPointer
    ) -> [(key: Key, first: Key)] {
        var twins: [(key: Key, first: Key)] = []
        var seen: [Text: Int] = [:]
        seen.reserveCapacity(keys.count)
        for (position, key) in keys.enumerated() {
            let text = Text(key, pool, file)
            if let first = seen[text] {
                twins.append((key, keys[first]))
                if twins.count >= YAMLLimits.mostFaults { break }
            } else {
                seen[text] = position
            }
        }
        return twins
    }

    /// The text of a key, borrowed from where it is.
    private struct Text: Hashable {
        let bytes: UnsafeRawBufferPointer

        init(_ key: Key, _ pool: UnsafeRawBufferPointer, _ file: UnsafeRawBufferPointer) {
            let texts = key.isInFile ? file : pool
            bytes = UnsafeRawBufferPointer(rebasing: texts[key.start..<key.start + key.count])
        }

        static func == (left: Text, right: Text) -> Bool {
            left.bytes.first == right.bytes.first && left.bytes.elementsEqual(right.bytes)
        }

        func hash(into hasher: inout Hasher) { hasher.combine(bytes: bytes) }
    }
}
