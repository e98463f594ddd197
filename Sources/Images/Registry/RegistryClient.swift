import Manifests
import Synchronization
import YAML

/// One repository of an OCI registry (distribution specification 1.1).
///
/// It speaks https, and http only to this machine itself or where the operator said so. What says that it will pass
/// (429, 5xx, a connection that breaks) is tried again with growing pauses, or after the one that the registry names.
public final class RegistryClient: Sendable {
    /// As it is written in a reference: `registry.example.com:5000`.
    public let host: String
    public let repository: String
    let transport: any HTTPTransport
    let credentials: any RegistryCredentialSource
    /// A file of certificates (PEM) that are trusted instead of the system's.
    let certificates: String?
    /// Whether it is spoken to over http, wherever it is.
    let isInsecure: Bool
    let pause: @Sendable (Duration) async throws -> Void
    /// What the registry let us in with last, by scope.
    let passes = Mutex<[Scope: String]>([:])

    static let mostTries = 5
    private static let firstPause = Duration.milliseconds(500)
    private static let longestPause = Duration.seconds(30)

    public init(
        host: String, repository: String, transport: any HTTPTransport, credentials: any RegistryCredentialSource,
        certificates: String? = nil, isInsecure: Bool = false,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.host = host
        self.repository = repository
        self.transport = transport
        self.credentials = credentials
        self.certificates = certificates
        self.isInsecure = isInsecure
        self.pause = pause
    }

    /// For messages.
    var place: String { "\(host)/\(repository)" }

    func address(_ path: String) throws -> HTTPAddress {
        // Docker's own registry answers under another name than the one that everybody writes.
        let server = host == "docker.io" ? "registry-1.docker.io" : host
        guard let encrypted = HTTPAddress("https://\(server)/v2/\(repository)/\(path)") else {
            throw Diagnostic.registryAddress("\(server)/v2/\(repository)/\(path)")
        }
        guard isInsecure || (encrypted.isLoopback && certificates == nil) else { return encrypted }
        guard let plain = HTTPAddress("http://\(server)/v2/\(repository)/\(path)") else { return encrypted }
        return plain
    }

    /// Sends a request until there is an answer that is not to pass, with what the registry wants to be let in with.
    ///
    /// - Parameters:
    ///   - scope: what it needs.
    ///   - accepted: the statuses that are answers to it.
    ///   - make: makes the request anew for each try.
    /// - Throws: a `Diagnostic` for any other answer, or for none.
    func send(
        _ scope: Scope, accepting accepted: Set<Int>, _ make: () throws -> HTTPRequest
    ) async throws -> HTTPResponse {
        var tries = 0
        var wasAsked = false
        while true {
            tries += 1
            var request = try make()
            request.certificates = certificates
            // What lets us in is for this registry alone; an upload may be sent on to another place.
            let isOwn = try request.url.isSameOrigin(as: address(""))
            let pass = isOwn ? passes.withLock { $0[scope] } : nil
            if let pass { request.headers.append(HTTPHeader("Authorization", pass)) }
            request.headers.append(HTTPHeader("User-Agent", "slipway"))
            let wait: Duration?
            do {
                let response = try await transport.send(request)
                if accepted.contains(response.status) { return response }
                if response.status == 401, isOwn, !wasAsked {
                    tries -= 1
                    // Of many requests at once the first that is refused gets what the others then use too.
                    if let newer = passes.withLock({ $0[scope] }), newer != pass { continue }
                    wasAsked = true
                    try await authorise(scope, response)
                    continue
                }
                guard Self.passing.contains(response.status), tries < Self.mostTries else {
                    throw Diagnostic.registryRefused(place, request, response)
                }
                wait = response.retryAfter
            } catch let failure as HTTPFailure {
                guard failure.isPassing, tries < Self.mostTries else {
                    throw Diagnostic.registryUnreachable(place, failure)
                }
                wait = nil
            }
            try await rest(after: tries, asked: wait)
        }
    }

    /// Waits before another try: as long as the registry asks for, or longer from one to the next.
    func rest(after tries: Int, asked: Duration?) async throws {
        let growing = Self.firstPause * (1 << (tries - 1))
        try await pause(min(asked ?? growing, Self.longestPause))
    }

    private static let passing: Set<Int> = [408, 425, 429, 500, 502, 503, 504]
}

extension HTTPAddress {
    func isSameOrigin(as other: HTTPAddress) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }
}
