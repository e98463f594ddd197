import CSpawn
import Foundation

/// A real OCI registry (Debian's `docker-registry`) of the tests' own, on a free port of this machine, which lets in
/// one user. It is gone when its process is, however that ends.
public final class RegistryServer: Sendable {
    public let folder: String
    public let port: Int
    /// A shell that waits for the end of this process, and then ends the registry, which is its child.
    private let guardian: pid_t
    private let lifeline: Int32

    private static let program = "/usr/bin/docker-registry"

    public static var isThere: Bool { FileManager.default.isExecutableFile(atPath: program) }

    public static let user = "ada"
    public static let password = "s3same"
    /// The password as `htpasswd -B` writes it.
    private static let entry = "ada:$2b$05$abcdefghijklmnopqrstuu8S81Hx7aRRz3jqdcVqZTJz3OHbnHXZC\n"

    private static let watch = """
        trap '' INT TERM HUP
        "$1" serve "$2/config.yml" < /dev/null > "$2/log" 2>&1 &
        server=$!
        cat > /dev/null
        kill "$server"
        wait
        rm -rf "$2"
        """

    /// The file of the authority that vouches for it, where it is encrypted.
    public let authority: String?

    public static var canEncrypt: Bool { isThere && FileManager.default.isExecutableFile(atPath: openssl) }

    private static let openssl = "/usr/bin/openssl"

    /// - Parameters:
    ///   - isEncrypted: whether it speaks https, with a certificate that no system knows.
    ///   - tokens: who lets in to it; the tests' user, by a password, where there is none.
    public init(isEncrypted: Bool = false, tokens: TokenServer? = nil) throws {
        folder = "/tmp/slipway-registry-\(UUID().uuidString.prefix(8))"
        port = try Loopback.freePort()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        authority = isEncrypted ? folder + "/server.crt" : nil
        if isEncrypted {
            try PostgresServer.run([
                Self.openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tests",
                "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder + "/server.key", "-out",
                folder + "/server.crt",
            ])
        }
        let encryption = isEncrypted ? ", tls: {certificate: \(folder)/server.crt, key: \(folder)/server.key}" : ""
        let entrance =
            if let tokens {
                "token: {realm: \"\(tokens.realm)\", service: \(TokenServer.service), issuer: \(TokenServer.issuer), "
                    + "rootcertbundle: \(tokens.certificate)}"
            } else {
                "htpasswd: {realm: tests, path: \(folder)/htpasswd}"
            }
        let settings = """
            version: 0.1
            log: {level: warn, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: \(folder)/data}}
            http: {addr: "127.0.0.1:\(port)"\(encryption)}
            auth: {\(entrance)}

            """
        try Data(settings.utf8).write(to: URL(fileURLWithPath: "\(folder)/config.yml"))
        try Data(Self.entry.utf8).write(to: URL(fileURLWithPath: "\(folder)/htpasswd"))
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else { throw PostgresServer.Failure(description: "no pipe") }
        defer { close(ends[0]) }
        lifeline = ends[1]
        guardian = try PostgresServer.spawn(
            ["/bin/sh", "-c", Self.watch, "sh", Self.program, folder], input: nil, output: "/dev/null", pipe: ends[0])
        for _ in 0..<1000 {
            if let socket = try? Loopback.connect(to: port) {
                close(socket)
                return
            }
            usleep(10_000)
        }
        throw PostgresServer.Failure(description: "the registry does not start: see \(folder)/log")
    }

    deinit {
        close(lifeline)
        PostgresServer.wait(for: guardian)
    }

    public var host: String { "127.0.0.1:\(port)" }

    /// Writes the login as `docker login` keeps it, and returns the folder for `DOCKER_CONFIG`.
    public func writeLogin(into folder: String, password: String = RegistryServer.password) throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let login = Data("\(Self.user):\(password)".utf8).base64EncodedString()
        let text = "{\"auths\": {\"\(host)\": {\"auth\": \"\(login)\"}}}"
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/config.json"))
        return folder
    }
}
