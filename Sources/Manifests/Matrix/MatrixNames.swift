/// The names of a matrix's runs: `sweep-lr-0-01-depth-4`.
///
/// A name follows from the run's name and the values of its set alone, so that it stays when other sets come, go or
/// move. A readable form that leaves something out, such as capital letters, or that would be too long is followed by
/// some digits of a digest of the values.
struct MatrixNames {
    private let run: String

    init(run: String) { self.run = run }

    /// One name for each set, in their order.
    func names(of sets: [ParameterSet]) -> [String] {
        let readable = sets.map(readable)
        // Two may read alike that differ in where one value ends and the next parameter begins.
        var counts: [String: Int] = [:]
        for name in readable where name.isExact { counts[name.text, default: 0] += 1 }
        return zip(sets, readable).map { set, name in
            guard name.isExact, counts[name.text] == 1, name.text.utf8.count <= Self.longest else {
                return marked(name.text, set)
            }
            return name.text
        }
    }

    private static let longest = 63
    private static let digits = 8
    /// A value that reads longer than this would hide the others.
    private static let longestPart = 24

    private func readable(_ set: ParameterSet) -> (text: String, isExact: Bool) {
        var text = run
        var isExact = true
        for cell in set.coordinates {
            let key = Self.word(cell.name)
            let value = Self.word(for: cell.value)
            for part in [key.text, value.text] where !part.isEmpty { text += "-" + part }
            isExact = isExact && Self.isPlain(key.text) && key.count == cell.name.utf8.count && value.isExact
        }
        return (text, isExact)
    }

    private func marked(_ name: String, _ set: ParameterSet) -> String {
        var members: [String: JSONValue] = [:]
        for cell in set.coordinates { members[cell.name] = cell.value }
        let digest = Digest(of: JSONValue.array([.string(run), .object(members)]).canonicalBytes)
        var start = name.utf8.prefix(Self.longest - Self.digits - 1)
        while start.last == UInt8(ascii: "-") { start.removeLast() }
        return "\(String(Substring(start)))-\(digest.hex.prefix(Self.digits))"
    }

    // MARK: Words

    /// How a value reads in a name, and whether no other value reads the same.
    private static func word(for value: JSONValue) -> (text: String, isExact: Bool) {
        switch value {
        case .null: return ("null", true)
        case .bool(let value): return (value ? "true" : "false", true)
        // A minus sign stays: `x--1` is not `x-1`.
        case .int(let value): return (String(value), true)
        case .double(let value):
            let text = JSONValue.text(of: value).replacing("e+", with: "e").replacing(".", with: "-")
            return (text, true)
        case .string(let value):
            let word = word(value)
            return (word.text, word.text == value && isPlain(value) && !readsAsOtherKind(value))
        case .array, .object: return (word(value.canonicalText).text, false)
        }
    }

    /// Letters in lower case and digits, with `-` for whatever stands between them; and how many bytes of the text it
    /// stands for.
    private static func word(_ text: String) -> (text: String, count: Int) {
        var word: [UInt8] = []
        var count = 0
        for byte in text.utf8.prefix(longestPart * 2) {
            count += 1
            if let letter = letter(byte) {
                word.append(letter)
            } else if !word.isEmpty, word.last != hyphen {
                word.append(hyphen)
            }
            if word.count >= longestPart { break }
        }
        while word.last == hyphen { word.removeLast() }
        return (String(decoding: word, as: UTF8.self), count)
    }

    private static let hyphen = UInt8(ascii: "-")

    private static func letter(_ byte: UInt8) -> UInt8? {
        guard Syntax.isAlphanumeric(byte) else { return nil }
        return (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    /// Words of letters in lower case and digits, joined by single hyphens.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.split(separator: hyphen, omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && part.allSatisfy { letter($0) == $0 }
            }
    }

    /// Whether a text reads as a value that is no text: `true`, or `0-1`, which is how 0.1 reads.
    private static func readsAsOtherKind(_ text: String) -> Bool {
        if ["null", "true", "false"].contains(text) { return true }
        let parts = text.utf8.split(separator: UInt8(ascii: "e"), omittingEmptySubsequences: false)
        let mantissa = parts[0].split(separator: hyphen, omittingEmptySubsequences: false)
        guard parts.count <= 2, mantissa.count <= 2, mantissa.allSatisfy(isDigits) else { return false }
        guard let exponent = parts.dropFirst().first else { return true }
        return isDigits(exponent.first == hyphen ? exponent.dropFirst() : exponent)
    }

    private static func isDigits(_ text: Substring.UTF8View) -> Bool {
        !text.isEmpty && text.allSatisfy { (0x30...0x39).contains($0) }
    }
}
