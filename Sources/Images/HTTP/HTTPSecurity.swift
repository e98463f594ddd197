/// Who the two ends of an encrypted connection are to each other. All of it is PEM, and stays in memory: a key that
/// came from a configuration is not written to a file to be used.
public struct HTTPSecurity: Sendable, Hashable {
    /// The certificates that are trusted instead of the system's; `nil` for the system's.
    public var authorities: [UInt8]?
    /// What this end shows of itself, with the certificates between it and its authority; `nil` for nothing.
    public var certificate: [UInt8]?
    /// The private key of that certificate.
    public var key: [UInt8]?
    /// Whether the other end has to be who it says it is. Where not, anybody on the way can read and change everything.
    public var verifiesServer: Bool

    public init(
        authorities: [UInt8]? = nil, certificate: [UInt8]? = nil, key: [UInt8]? = nil, verifiesServer: Bool = true
    ) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
        self.verifiesServer = verifiesServer
    }
}
