/// Where the lines of a file begin, to tell a position that libyaml gives (characters from the beginning) as line,
/// column and byte.
///
/// One pass makes it, and only when somebody asks for a place. Afterwards a position costs a binary search and at most
/// `stride` steps, so that neither long lines nor many messages make it slow.
struct LineTable: Sendable {
    private let bytes: [UInt8]
    /// Where libyaml began to count: behind a byte order mark.
    private let base: Int
    /// The character at which each line begins. Lines end where editors end them: at LF, CR LF and CR.
    private var lines: [UInt32] = [0]
    /// The byte at which every `stride`-th character begins; empty where characters and bytes are the same.
    private var crumbs: [UInt32] = []

    private static let stride = 64
    /// How much of a line a message can bear, in bytes.
    private static let longestLine = 1000

    init(bytes: [UInt8], base: Int) {
        self.bytes = bytes
        self.base = base
        let isASCII = bytes.isASCII
        bytes.withUnsafeBufferPointer { isASCII ? markLines($0) : markLinesAndCrumbs($0) }
    }

    private mutating func markLines(_ bytes: UnsafeBufferPointer<UInt8>) {
        for index in base..<bytes.count where bytes[index] <= UInt8(ascii: "\r") {
            if Self.endsLine(bytes, at: index) { lines.append(UInt32(index + 1 - base)) }
        }
    }

    private mutating func markLinesAndCrumbs(_ bytes: UnsafeBufferPointer<UInt8>) {
        var character = 0
        for index in base..<bytes.count where !Self.isContinuation(bytes[index]) {
            if character.isMultiple(of: Self.stride) { crumbs.append(UInt32(index)) }
            character += 1
            if Self.endsLine(bytes, at: index) { lines.append(UInt32(character)) }
        }
    }

    private static func endsLine(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        if bytes[index] == UInt8(ascii: "\n") { return true }
        guard bytes[index] == UInt8(ascii: "\r") else { return false }
        return index + 1 == bytes.count || bytes[index + 1] != UInt8(ascii: "\n")
    }

    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// The mark of a character, counted from 0.
    func mark(at character: Int) -> Mark {
        let line = line(of: character)
        return Mark(line: line + 1, column: character - Int(lines[line]) + 1, offset: offset(of: character))
    }

    /// The stretch from one character to another, with the text of its first line.
    func location(in path: String, _ place: Place) -> SourceLocation {
        let start = mark(at: Int(place.first))
        let end = mark(at: Int(place.last))
        return SourceLocation(path: path, span: Span(start: start, end: end), line: text(ofLine: start.line - 1))
    }

    /// The place of a byte, for what libyaml only tells in bytes.
    func location(in path: String, offset: Int) -> SourceLocation {
        let character = character(atOffset: offset)
        let place = Place(first: UInt32(character), last: UInt32(character + 1))
        var location = location(in: path, place)
        location.span.start.offset = offset
        location.span.end.offset = min(offset + 1, bytes.count)
        return location
    }

    func character(atOffset offset: Int) -> Int {
        guard !crumbs.isEmpty else { return offset - base }
        let end = min(offset, bytes.count)
        let crumb = Self.last(of: crumbs, notAfter: UInt32(max(end, base)))
        let start = Int(crumbs[crumb])
        guard start < end else { return crumb * Self.stride }
        return crumb * Self.stride + bytes[start..<end].count { !Self.isContinuation($0) }
    }

    /// The first byte of a character; `nil` at the end of the file.
    func byte(at character: Int) -> UInt8? {
        let offset = offset(of: character)
        return offset < bytes.count ? bytes[offset] : nil
    }

    private func line(of character: Int) -> Int { Self.last(of: lines, notAfter: UInt32(clamping: character)) }

    /// The last of some ascending numbers, of which the first is not above `limit`.
    private static func last(of numbers: [UInt32], notAfter limit: UInt32) -> Int {
        var (low, high) = (0, numbers.count)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if numbers[middle] <= limit { low = middle } else { high = middle }
        }
        return low
    }

    /// The byte with which a character begins.
    func offset(of character: Int) -> Int {
        guard !crumbs.isEmpty else { return min(base + character, bytes.count) }
        let crumb = min(character / Self.stride, crumbs.count - 1)
        var offset = Int(crumbs[crumb])
        for _ in 0..<min(character - crumb * Self.stride, Self.stride) where offset < bytes.count {
            offset += 1
            while offset < bytes.count, Self.isContinuation(bytes[offset]) { offset += 1 }
        }
        return offset
    }

    private func text(ofLine line: Int) -> String {
        let start = offset(of: Int(lines[line]))
        var end = line + 1 < lines.count ? offset(of: Int(lines[line + 1])) : bytes.count
        if end - start > Self.longestLine {
            // A line that is cut ends with a whole character.
            end = start + Self.longestLine
            while end > start, Self.isContinuation(bytes[end]) { end -= 1 }
        }
        while end > start, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }
}

extension [UInt8] {
    /// Where the characters of a file begin: behind a byte order mark.
    var startOfText: Int { starts(with: byteOrderMark) ? byteOrderMark.count : 0 }

    /// Whether characters and bytes are the same behind a byte order mark; looked at eight at a time.
    var isASCII: Bool {
        withUnsafeBytes { bytes in
            let start = startOfText
            let words = (bytes.count - start) / 8
            for word in 0..<words {
                let eight = bytes.loadUnaligned(fromByteOffset: start + word * 8, as: UInt64.self)
                if eight & 0x8080_8080_8080_8080 != 0 { return false }
            }
            return bytes[(start + words * 8)...].allSatisfy { $0 < 0x80 }
        }
    }
}

/// U+FEFF in UTF-8, which some editors write first.
let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
