import CLibYAML

/// Owns libyaml's parser and its one current event, both on the heap.
struct Parser: ~Copyable {
    private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    private let event = UnsafeMutablePointer<yaml_event_t>.allocate(capacity: 1)

    init() {
        // Fails only for want of memory, which `next` then reports.
        yaml_parser_initialize(parser)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        event.deallocate()
    }

    /// Gives the parser its input, which must stay where it is as long as events are asked for.
    func read(_ bytes: UnsafeBufferPointer<UInt8>) {
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    /// Reads the next event; `false` where the input is no YAML.
    func next() -> Bool { yaml_parser_parse(parser, event) == 1 }

    /// Frees the event. It must be called once for every event.
    func dispose() { yaml_event_delete(event) }

    var type: yaml_event_type_t { event.pointee.type }

    /// Counted from 0, in characters.
    var start: (line: Int, column: Int, index: Int) {
        let mark = event.pointee.start_mark
        return (mark.line, mark.column, mark.index)
    }

    /// Behind the event, in characters from the beginning.
    var end: Int { event.pointee.end_mark.index }

    /// A scalar's text, as long as the event lives.
    var text: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: event.pointee.data.scalar.value, count: event.pointee.data.scalar.length)
    }

    var isPlain: Bool { event.pointee.data.scalar.style == YAML_PLAIN_SCALAR_STYLE }

    var anchor: [UInt8]? {
        switch type {
        case YAML_SCALAR_EVENT: Self.bytes(event.pointee.data.scalar.anchor)
        case YAML_SEQUENCE_START_EVENT: Self.bytes(event.pointee.data.sequence_start.anchor)
        case YAML_MAPPING_START_EVENT: Self.bytes(event.pointee.data.mapping_start.anchor)
        default: nil
        }
    }

    var alias: [UInt8]? { Self.bytes(event.pointee.data.alias.anchor) }

    var tag: String? {
        let tag =
            switch type {
            case YAML_SCALAR_EVENT: event.pointee.data.scalar.tag
            case YAML_SEQUENCE_START_EVENT: event.pointee.data.sequence_start.tag
            case YAML_MAPPING_START_EVENT: event.pointee.data.mapping_start.tag
            default: nil as UnsafeMutablePointer<UInt8>?
            }
        return Self.bytes(tag).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func bytes(_ text: UnsafeMutablePointer<UInt8>?) -> [UInt8]? {
        guard let text else { return nil }
        var count = 0
        while text[count] != 0 { count += 1 }
        return Array(UnsafeBufferPointer(start: text, count: count))
    }

    /// What libyaml says is wrong.
    struct Problem: Sendable {
        enum Kind: Sendable {
            case encoding(byte: Int)
            case syntax
            case memory
        }

        var kind: Kind
        /// libyaml's own words.
        var words: String
        /// What it was reading then, in its words; empty where it does not say.
        var context: String
        var mark: (line: Int, column: Int, index: Int)
        /// The byte at the place, for guesses about what was meant.
        var byte: UInt8?
    }

    /// Why `next` failed.
    func problem(_ bytes: UnsafeBufferPointer<UInt8>) -> Problem {
        let state = parser.pointee
        let words = state.problem.map { String(cString: $0) } ?? "it cannot be read"
        let context = state.context.map { String(cString: $0) } ?? ""
        switch state.error {
        case YAML_READER_ERROR:
            let offset = min(state.problem_offset, bytes.count)
            return Problem(
                kind: .encoding(byte: Int(state.problem_value)), words: words, context: "",
                mark: Self.mark(of: offset, in: bytes), byte: nil)
        case YAML_MEMORY_ERROR:
            return Problem(kind: .memory, words: words, context: "", mark: (0, 0, 0), byte: nil)
        default:
            let mark = state.problem_mark
            let place = Self.offset(ofLine: mark.line, column: mark.column, in: bytes)
            return Problem(
                kind: .syntax, words: words, context: context, mark: (mark.line, mark.column, mark.index),
                byte: place < bytes.count ? bytes[place] : nil)
        }
    }

    /// Where a byte is in lines and characters, for the reader's errors, which only know bytes.
    private static func mark(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> (line: Int, column: Int, index: Int) {
        var (line, column, index) = (0, 0, 0)
        for byte in bytes[..<offset] where byte & 0xC0 != 0x80 {
            index += 1
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 0
            } else {
                column += 1
            }
        }
        return (line, column, index)
    }

    private static func offset(ofLine line: Int, column: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var offset = 0
        var lines = 0
        while lines < line, offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "\n") { lines += 1 }
            offset += 1
        }
        var columns = 0
        while columns < column, offset < bytes.count {
            offset += 1
            while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            columns += 1
        }
        return offset
    }
}
