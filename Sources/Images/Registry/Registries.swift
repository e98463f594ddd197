public import Manifests
import YAML

/// Opens repositories of registries, with the logins and certificates that this process's environment names.
///
/// - `SLIPWAY_REGISTRY_CA`: a file of certificates that are trusted instead of the system's.
/// - `SLIPWAY_REGISTRY_INSECURE`: the hosts that are spoken to over http, with commas between them. That a connection
///   is not encrypted is for whoever runs the machine to say, whose logins it would show; a manifest cannot.
public struct Registries: Sendable {
    private let environment: [String: String]
    private let transport: any HTTPTransport

    public init(environment: [String: String], transport: any HTTPTransport = CurlTransport()) {
        self.environment = environment
        self.transport = transport
    }

    /// - Throws: a `Diagnostic` where certificates cannot be looked for.
    public func repository(_ repository: String, on host: String) throws -> RegistryClient {
        RegistryClient(
            host: host, repository: repository, transport: transport,
            credentials: StoredLogins(environment: environment), certificates: try certificates(of: host),
            isInsecure: insecureHosts.contains(host))
    }

    /// The repository of an image.
    public func repository(of image: ImageReference) throws -> RegistryClient {
        try repository(image.repository, on: image.host)
    }

    private var insecureHosts: [String] {
        (environment["SLIPWAY_REGISTRY_INSECURE"] ?? "").split { $0 == "," || $0 == " " }.map(String.init)
    }

    /// The certificates that are trusted instead of the system's: those that the environment names, or those that
    /// Docker or Podman would take for this registry.
    private func certificates(of host: String) throws -> String? {
        if let path = environment["SLIPWAY_REGISTRY_CA"], !path.isEmpty { return path }
        return try ["/etc/docker/certs.d", "/etc/containers/certs.d"].map { "\($0)/\(host)/ca.crt" }
            .first { try FileAccess.status($0) != nil }
    }
}
