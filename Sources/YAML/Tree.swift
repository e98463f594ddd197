import Synchronization

/// One node of a file: 32 bytes without references, so that a million of them are one allocation.
struct RawNode {
    enum Kind: UInt8 {
        case scalar
        case sequence
        case mapping
        case alias
    }

    enum Tag: UInt8 {
        case none
        case string
        case integer
        case float
        case boolean
        case null
    }

    var kind: Kind
    /// Written without quotes and not as a block: the only scalars whose text decides their type.
    var isPlain: Bool
    var tag: Tag
    /// A mapping with a `<<` key.
    var hasMerge: Bool
    /// The index behind the node's last descendant, which is where its next sibling is.
    var end: UInt32
    /// Of a scalar: where its text is in the pool. Of an alias: the index of the node it stands for.
    var offset: UInt32
    /// Of a scalar: its length in the pool, in bytes. Of a mapping: how many keys and values it has.
    var length: UInt32
    /// Counted from 0, in characters, as libyaml gives them.
    var line: UInt32
    var column: UInt32
    /// Where the node starts and ends, in characters from the beginning of the file.
    var first: UInt32
    var last: UInt32
}

/// The nodes of one file, in the order in which they were written (pre-order): the first child of node `i` is `i + 1`,
/// the next sibling is at `end`. Nothing changes after parsing.
final class Tree: Sendable {
    let source: SourceFile
    let nodes: [RawNode]
    /// The texts of all scalars.
    let pool: [UInt8]
    /// Whether characters and bytes are the same thing in this file.
    private let isASCII: Bool
    /// Where each line begins, in bytes; worked out when the first message about a file that is not ASCII needs it.
    private let lineStarts = Mutex<[Int]?>(nil)

    init(source: SourceFile, nodes: [RawNode], pool: [UInt8]) {
        self.source = source
        self.nodes = nodes
        self.pool = pool
        isASCII = source.bytes.withUnsafeBufferPointer { bytes in bytes.allSatisfy { $0 < 0x80 } }
    }

    /// Follows an alias to what it stands for.
    func resolved(_ index: Int) -> Int {
        let node = nodes[index]
        return node.kind == .alias ? Int(node.offset) : index
    }

    func span(of index: Int) -> Span {
        let node = nodes[index]
        let start = mark(line: Int(node.line), column: Int(node.column), index: Int(node.first))
        return Span(start: start, end: end(from: start, characters: Int(node.last) - Int(node.first)))
    }

    /// The line of a mark as text, without its line break, cut to a length that a message can bear.
    func text(ofLineAt mark: Mark) -> String {
        let bytes = source.bytes
        var start = min(mark.offset, bytes.count)
        while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        let rest = bytes[start...].prefix(Self.longestLine)
        let line = rest.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return String(decoding: line, as: UTF8.self)
    }

    private static let longestLine = 4096

    /// A mark from what libyaml counts, which is characters from 0.
    func mark(line: Int, column: Int, index: Int) -> Mark {
        guard !isASCII else { return Mark(line: line + 1, column: column + 1, offset: min(index, source.bytes.count)) }
        let start = lineStarts.withLock { known -> Int in
            let starts = known ?? Self.lineStarts(of: source.bytes)
            known = starts
            return line < starts.count ? starts[line] : source.bytes.count
        }
        return Mark(line: line + 1, column: column + 1, offset: offset(after: column, from: start))
    }

    /// The end of a stretch of characters: one pass over it.
    private func end(from start: Mark, characters: Int) -> Mark {
        var mark = start
        let bytes = source.bytes
        var left = characters
        while left > 0, mark.offset < bytes.count {
            let byte = bytes[mark.offset]
            mark.offset += 1
            while mark.offset < bytes.count, bytes[mark.offset] & 0xC0 == 0x80 { mark.offset += 1 }
            if byte == UInt8(ascii: "\n") {
                mark.line += 1
                mark.column = 1
            } else {
                mark.column += 1
            }
            left -= 1
        }
        return mark
    }

    private func offset(after characters: Int, from start: Int) -> Int {
        var offset = start
        for _ in 0..<characters where offset < source.bytes.count {
            offset += 1
            while offset < source.bytes.count, source.bytes[offset] & 0xC0 == 0x80 { offset += 1 }
        }
        return offset
    }

    /// Lines end as libyaml ends them: CR LF, LF, CR, NEL, LS and PS.
    static func lineStarts(of bytes: [UInt8]) -> [Int] {
        var starts = [bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0]
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case 0x0A: starts.append(index + 1)
            case 0x0D where index + 1 == bytes.count || bytes[index + 1] != 0x0A: starts.append(index + 1)
            case 0xC2 where index + 1 < bytes.count && bytes[index + 1] == 0x85: starts.append(index + 2)
            case 0xE2 where index + 2 < bytes.count && bytes[index + 1] == 0x80 && bytes[index + 2] | 1 == 0xA9:
                starts.append(index + 3)
            default: break
            }
            index += 1
        }
        return starts
    }
}
