public import Images
import Synchronization

/// The twin of a network: answers from memory as a test says, and remembers what it was asked.
public final class ModelTransport: HTTPTransport {
    private let seen = Mutex<[HTTPRequest]>([])
    private let reply: @Sendable (HTTPRequest, Int) throws -> HTTPResponse

    /// - Parameter reply: gets a request and how many came before it.
    public init(_ reply: @escaping @Sendable (HTTPRequest, Int) throws -> HTTPResponse) { self.reply = reply }

    public var requests: [HTTPRequest] { seen.withLock { $0 } }

    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let before = seen.withLock { seen in
            seen.append(request)
            return seen.count - 1
        }
        return try reply(request, before)
    }
}
