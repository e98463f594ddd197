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
    let uploadSizes: UploadSizes
    let pause: @Sendable (Duration) async throws -> Void
    /// What the registry let us in with last, by scope.
    let passes = Mutex<[Scope: String]>([:])

    static let mostTries = 5
    private static let firstPause = Duration.milliseconds(500)
    private static let longestPause = Duration.seconds(30)

    public convenience init(
        host: String, repository: String, transport: any HTTPTransport, credentials: any RegistryCredentialSource,
        certificates: String? = nil, isInsecure: Bool = false,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.init(
            host: host, repository: repository, transport: transport, credentials: credentials,
            certificates: certificates, isInsecure: isInsecure, sizes: UploadSizes(), pause: pause)
    }

    init(
        host: String, repository: String, transport: any HTTPTransport, credentials: any RegistryCredentialSource,
        certificates: String?, isInsecure: Bool, sizes: UploadSizes,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.host = host
        self.repository = repository
        self.transport = transport
        self.credentials = credentials
        self.certificates = certificates
        self.isInsecure = isInsecure
        uploadSizes = sizes
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

    /// Sends a request until there is an answer that is not to pass.
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
        while true {
            tries += 1
            let request = try make()
            let wait: Duration?
            do {
                let response = try await attempt(scope, request)
                if accepted.contains(response.status) { return response }
                guard response.isPassing, tries < Self.mostTries else {
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

    /// How often a request is sent with something newer to let it in: of what many get at once, one may have made the
    /// other's worthless.
    private static let mostPasses = 5

    /// Sends a request with what the registry wants to be let in with, which is got where it is missing or has run out.
    ///
    /// - Throws: an `HTTPFailure` where there is no answer, a `Diagnostic` where nothing lets us in.
    func attempt(
        _ scope: Scope, _ request: HTTPRequest
    ) async throws -> HTTPResponse {
        var asked = 0
        while true {
            // What lets us in is for this registry alone; an upload may be sent on to another place.
            let isOwn = try request.url.isSameOrigin(as: address(""))
            let pass = isOwn ? passes.withLock { $0[scope] } : nil
            var complete = request
            complete.certificates = certificates
            if let pass { complete.headers.append(HTTPHeader("Authorization", pass)) }
            complete.headers.append(HTTPHeader("User-Agent", "slipway"))
            let response = try await transport.send(complete)
            guard response.status == 401, isOwn, asked < Self.mostPasses else { return response }
            asked += 1
            // Of many requests at once the first that is refused gets what the others then use too.
            let newer = passes.withLock { $0[scope] }
            guard newer == nil || newer == pass else { continue }
            try await authorise(scope, response)
            // The same again would be refused again.
            if let pass, passes.withLock({ $0[scope] }) == pass { return response }
        }
    }

    /// Whether what is to be kept to ourselves may be sent there: not in the clear, but where the registry itself is
    /// spoken to so.
    func allows(_ target: HTTPAddress) throws -> Bool {
        if target.isEncrypted { return true }
        let own = try address("")
        return !own.isEncrypted && (target.isLoopback || (isInsecure && target.host == own.host))
    }

    /// Waits before another try: as long as the registry asks for, or longer from one to the next.
    func rest(after tries: Int, asked: Duration?) async throws {
        let growing = Self.firstPause * (1 << (tries - 1))
        try await pause(min(asked ?? growing, Self.longestPause))
    }

}

extension HTTPAddress {
    func isSameOrigin(as other: HTTPAddress) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }
}
