import CLibYAML

/// Owns libyaml's parser and its one current event, both on the heap, where libyaml may keep pointers to them.
struct Parser: ~Copyable {
    private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    private let event = UnsafeMutablePointer<yaml_event_t>.allocate(capacity: 1)
    private let input = UnsafeMutablePointer<Input>.allocate(capacity: 1)
    /// Whether there was memory for a parser.
    private let isReady: Bool

    /// What is still to be read.
    private struct Input {
        var rest: UnsafeBufferPointer<UInt8>.SubSequence
        let parser: UnsafeMutablePointer<yaml_parser_t>
        var hasTooManyDirectives = false
    }

    /// Reads `bytes`, which must stay where they are as long as the parser lives.
    init(_ bytes: UnsafeBufferPointer<UInt8>.SubSequence) {
        parser.initialize(to: yaml_parser_t())
        event.initialize(to: yaml_event_t())
        input.initialize(to: Input(rest: bytes, parser: parser))
        isReady = yaml_parser_initialize(parser) == 1
        guard isReady else { return }
        yaml_parser_set_input(
            parser,
            { context, buffer, size, count in
                guard let input = context?.assumingMemoryBound(to: Input.self), let buffer, let count else { return 0 }
                return Parser.handOver(input, buffer, size, count)
            }, input)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        if isReady { yaml_parser_delete(parser) }
        parser.deallocate()
        event.deallocate()
        input.deallocate()
    }

    /// Hands libyaml the next piece, as its own reader of strings does, and refuses when too many `%TAG` lines are on
    /// its stack: it compares each with all before it, within one event, so that nobody else can interfere.
    private static func handOver(
        _ input: UnsafeMutablePointer<Input>, _ buffer: UnsafeMutablePointer<UInt8>, _ size: Int,
        _ count: UnsafeMutablePointer<Int>
    ) -> Int32 {
        let directives = input.pointee.parser.pointee.tag_directives
        if let first = directives.start, let top = directives.top, top - first > YAMLLimits.tagDirectives {
            input.pointee.hasTooManyDirectives = true
            return 0
        }
        let piece = UnsafeBufferPointer(rebasing: input.pointee.rest.prefix(size))
        if let start = piece.baseAddress { buffer.update(from: start, count: piece.count) }
        input.pointee.rest = input.pointee.rest.dropFirst(piece.count)
        count.pointee = piece.count
        return 1
    }

    /// Reads the next event; `false` where the input is no YAML.
    func next() -> Bool { isReady && yaml_parser_parse(parser, event) == 1 && type != YAML_NO_EVENT }

    /// Frees the event. It must be called once for every event.
    func dispose() { yaml_event_delete(event) }

    var type: yaml_event_type_t { event.pointee.type }

    /// Where the event was written.
    var place: Place {
        Place(
            first: UInt32(truncatingIfNeeded: event.pointee.start_mark.index),
            last: UInt32(truncatingIfNeeded: event.pointee.end_mark.index))
    }

    /// Whether the event ends on the line on which it starts.
    var isOneLine: Bool { event.pointee.start_mark.line == event.pointee.end_mark.line }

    /// How many `%TAG` lines the document has that starts with this event.
    var tagDirectives: Int {
        let directives = event.pointee.data.document_start.tag_directives
        guard let start = directives.start, let end = directives.end else { return 0 }
        return end - start
    }

    /// The version of YAML that a document says it is, where it says one.
    var version: (major: Int, minor: Int)? {
        event.pointee.data.document_start.version_directive.map { (Int($0.pointee.major), Int($0.pointee.minor)) }
    }

    /// Whether a mapping that starts is in brackets, which only a mapping knows.
    var isFlowMapping: Bool { event.pointee.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE }

    /// A scalar's text, as long as the event lives.
    var text: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: event.pointee.data.scalar.value, count: event.pointee.data.scalar.length)
    }

    var isPlain: Bool { event.pointee.data.scalar.style == YAML_PLAIN_SCALAR_STYLE }

    /// Whether a node has an anchor or a tag, which most have not.
    var hasProperties: Bool {
        // The three kinds of nodes begin with the same two pointers.
        event.pointee.data.scalar.anchor != nil || event.pointee.data.scalar.tag != nil
    }

    var anchor: [UInt8]? {
        switch type {
        case YAML_SCALAR_EVENT: Self.bytes(event.pointee.data.scalar.anchor)
        case YAML_SEQUENCE_START_EVENT: Self.bytes(event.pointee.data.sequence_start.anchor)
        case YAML_MAPPING_START_EVENT: Self.bytes(event.pointee.data.mapping_start.anchor)
        default: nil
        }
    }

    /// The anchor that an alias names.
    var alias: [UInt8] { Self.bytes(event.pointee.data.alias.anchor) ?? [] }

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
}

extension Parser {
    /// Why `next` failed.
    enum Problem: Sendable {
        case memory
        case tooManyDirectives
        /// A byte that is no UTF-8, or a control character: where it is in the input, in bytes, and its value.
        case encoding(offset: Int, value: Int, words: String)
        /// libyaml's own words, what it says it was reading then, and both places in characters.
        case syntax(words: String, at: Int, context: String, from: Int)
    }

    var problem: Problem {
        let state = parser.pointee
        let words = state.problem.map { String(cString: $0) } ?? ""
        if !isReady { return .memory }
        if input.pointee.hasTooManyDirectives { return .tooManyDirectives }
        switch state.error {
        case YAML_MEMORY_ERROR: return .memory
        case YAML_READER_ERROR:
            return .encoding(offset: state.problem_offset, value: Int(state.problem_value), words: words)
        default:
            return .syntax(
                words: words, at: state.problem_mark.index, context: state.context.map { String(cString: $0) } ?? "",
                from: state.context_mark.index)
        }
    }
}
