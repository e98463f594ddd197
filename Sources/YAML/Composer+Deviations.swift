/// What libyaml would read differently than YAML 1.2 says, without a word.
extension Composer {
    /// Reports characters that libyaml takes for something else, before it sees them.
    mutating func reportOddCharacters(_ odd: OddCharacters) {
        for found in odd.found {
            // A place is in characters, which nobody has counted yet.
            let place = Place(first: UInt32(lineTable().character(atOffset: found.offset)))
            faults.error(at: place) { .oddCharacter(found.kind, found.scalar, at: $0(place)) }
        }
    }

    /// Refuses a `?` directly before a key in brackets: the first character of the key in YAML 1.2 (`ns-plain-first`),
    /// and dropped by libyaml.
    mutating func checkQuestionMark(before place: Place) {
        guard place.first > 0, byte(at: Int(place.first) - 1) == UInt8(ascii: "?") else { return }
        let mark = Place(first: place.first - 1, last: place.first)
        error(at: mark) { .tightQuestionMark(at: $0(mark)) }
    }

    /// Refuses an anchor's or alias's name that goes on where libyaml ends it: `&a:b` is the anchor `a:b` in YAML 1.2,
    /// and to libyaml the anchor `a` and a text `:b`.
    mutating func checkName(_ name: [UInt8], sigil: StaticString, of place: Place) {
        var start = isASCII ? base + Int(place.first) : lineTable().offset(of: Int(place.first))
        guard start < source.bytes.count else { return }
        // A tag may stand first, and those that are not refused are short.
        let written = Array(sigil.bytes) + name
        if source.bytes[start] != sigil.bytes[0] {
            guard let found = source.bytes[start...].prefix(1 << 10).firstRange(of: written) else { return }
            start = found.lowerBound
        }
        let end = start + written.count
        guard end < source.bytes.count else { return }
        let next = source.bytes[end]
        guard !Array(" \t\r\n,[]{}".utf8).contains(next) else { return }
        let text = String(decoding: name, as: UTF8.self)
        error(at: place) { .nameGoesOn(text, Character(UnicodeScalar(next)), at: $0(place)) }
    }

    /// Says that a document that is YAML 1.1 by its own words is read as YAML 1.2.
    mutating func checkVersion(_ parser: borrowing Parser) {
        guard let version = parser.version, version != (1, 2) else { return }
        let place = parser.place
        faults.warning(at: place) { .olderVersion("\(version.major).\(version.minor)", at: $0(place)) }
    }

    private mutating func byte(at character: Int) -> UInt8? {
        isASCII ? source.bytes[base + character] : lineTable().byte(at: character)
    }
}
