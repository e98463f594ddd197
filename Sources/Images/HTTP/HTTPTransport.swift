/// What sends an HTTP request and gets its answer.
public protocol HTTPTransport: Sendable {
    /// Sends one request.
    ///
    /// - Returns: what the server answered, whatever its status: 404 is an answer.
    /// - Throws: an `HTTPFailure` where there was no whole answer. What a `.stream` body threw is thrown as it was.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse
}

/// One HTTP request.
public struct HTTPRequest: Sendable {
    /// What goes to the server.
    public enum Body: Sendable, Hashable {
        case none
        case bytes([UInt8])
        /// A file that is read as it is sent, and so takes no memory.
        case file(String)
        /// A part of such a file, in bytes.
        case part(of: String, from: Int64, count: Int64)

        /// A part of it.
        func part(from offset: Int64, count: Int64) -> Body {
            switch self {
            case .none: .none
            case .bytes(let bytes): .bytes(Array(bytes[Int(offset)..<Int(offset + count)]))
            case .file(let path): .part(of: path, from: offset, count: count)
            case .part(let path, let start, _): .part(of: path, from: start + offset, count: count)
            }
        }
    }

    /// What becomes of the body of an answer with a status of 2xx. That of any other is kept in memory, at most
    /// `HTTPRequest.errorBytes` of it, since it says what was wrong.
    public enum Sink: Sendable {
        /// More than so many bytes are an `HTTPFailure.tooLarge`.
        case memory(limit: Int)
        /// Written to a file, which must not exist yet, at most so many bytes. Where the request fails, what was
        /// written stays for the caller to remove, or to go on from.
        case file(String, limit: Int64)
        /// Handed over in pieces, on one thread, in order.
        case stream(@Sendable (UnsafeRawBufferPointer) throws -> Void)
    }

    public static let errorBytes = 64 * 1024

    /// Upper-case letters, such as `GET`.
    public var method: String
    public var url: HTTPAddress
    public var headers: [HTTPHeader]
    public var body: Body
    public var sink: Sink
    /// For the whole of it, from the name's look-up to the last byte; `nil` for no such limit.
    public var timeout: Duration?
    /// For the connection alone.
    public var connectTimeout: Duration
    /// With less than a byte a second for this long, it is given up.
    public var stallTimeout: Duration
    /// How many redirections are followed, of a GET or HEAD. `Authorization` stays with the host, port and scheme that
    /// it was meant for, and from https none leads to http.
    public var redirections: Int
    /// A file of certificates (PEM) that are trusted instead of the system's; `nil` for the system's.
    public var certificates: String?
    /// Who the two ends of an encrypted connection are to each other, where that is not what the system says.
    public var security: HTTPSecurity?

    public init(
        _ method: String, _ url: HTTPAddress, headers: [HTTPHeader] = [], body: Body = .none,
        sink: Sink = .memory(limit: 4 << 20), timeout: Duration? = .seconds(60),
        connectTimeout: Duration = .seconds(10), stallTimeout: Duration = .seconds(60), redirections: Int = 0,
        certificates: String? = nil, security: HTTPSecurity? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.sink = sink
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.stallTimeout = stallTimeout
        self.redirections = redirections
        self.certificates = certificates
        self.security = security
    }
}

public struct HTTPHeader: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// RFC 9110's grammar of a field, so that no value can begin another line.
    var isWellFormed: Bool {
        let marks = Array("!#$%&'*+-.^_`|~".utf8)
        let isToken =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || marks.contains(byte)
            }
        return isToken && value.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
    }
}

/// What a server answered.
public struct HTTPResponse: Sendable, Hashable {
    public var status: Int
    /// In the order in which they came; of the last answer, where redirections were followed.
    public var headers: [HTTPHeader]
    /// Empty where it went to a file or a stream.
    public var body: [UInt8]

    public init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    public var isSuccess: Bool { (200..<300).contains(status) }

    /// The value of the first header of that name, in whatever case it was written.
    public subscript(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Why there was no answer.
public enum HTTPFailure: Error, Sendable, Hashable {
    /// The request itself cannot be sent.
    case invalid(String)
    /// No connection: no such host, nobody listens, or the network is down.
    case unreachable(String)
    /// The connection took too long, or nothing came through it any more.
    case timedOut(String)
    /// The server's certificate is not to be trusted, or no secure connection could be agreed on.
    case insecure(String)
    /// The answer is larger than was allowed for.
    case tooLarge(limit: Int64)
    /// The connection broke in the midst of it, or what came is no HTTP.
    case broken(String)

    /// Whether the same request may well succeed a little later.
    public var isPassing: Bool {
        switch self {
        case .unreachable, .timedOut, .broken: true
        case .invalid, .insecure, .tooLarge: false
        }
    }
}

extension HTTPFailure: CustomStringConvertible {
    /// One clause for people.
    public var description: String {
        switch self {
        case .invalid(let why): "it cannot be sent: \(why)"
        case .unreachable(let why), .timedOut(let why), .broken(let why), .insecure(let why): why
        case .tooLarge(let limit): "the answer is larger than \(limit) bytes"
        }
    }
}
