internal import CCurl
import Synchronization

/// HTTP by the system's libcurl. Proxies are those of the environment, but none stands before this machine itself.
public struct CurlTransport: HTTPTransport {
    public init() {}

    /// libcurl asks for this once per process, before anything else.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard Self.isReady else { throw HTTPFailure.invalid("libcurl cannot be initialised") }
        let stop = StopSign()
        return try await withTaskCancellationHandler {
            // libcurl holds its thread until all is done.
            try await BlockingWork.run {
                do {
                    return try CurlTransfer(request, stop).perform()
                } catch {
                    if stop.isRaised { throw CancellationError() }
                    throw error
                }
            }
        } onCancel: {
            stop.raise()
        }
    }
}

/// Says to a transfer on another thread that nobody waits for it any more.
final class StopSign: Sendable {
    private let state = Atomic(false)

    var isRaised: Bool { state.load(ordering: .relaxed) }

    func raise() { state.store(true, ordering: .relaxed) }
}
