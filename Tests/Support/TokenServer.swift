import Foundation
import Synchronization

/// A token server for a real registry (distribution, “Token Authentication Specification”): gives signed tokens
/// (JSON Web Tokens, RS256, with the certificate of the key) to those who log in as the tests' user.
public final class TokenServer: Sendable {
    public static let service = "tests"
    public static let issuer = "slipway-tests"
    private static let openssl = "/usr/bin/openssl"

    public static var canSign: Bool { FileManager.default.isExecutableFile(atPath: openssl) }

    private let folder: String
    private let server: HTTPServer

    public init() throws {
        folder = "/tmp/slipway-tokens-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try PostgresServer.run([
            Self.openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tokens",
            "-keyout", folder + "/key.pem", "-out", folder + "/certificate.pem",
        ])
        let folder = folder
        server = try HTTPServer { request, count in
            do {
                guard let token = try Self.token(for: request, number: count, in: folder) else { return .answer(401) }
                return .answer(
                    200, headers: ["Content-Type: application/json"], body: Array("{\"token\": \"\(token)\"}".utf8))
            } catch {
                return .answer(500, body: Array("\(error)".utf8))
            }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The file of the certificate that registries trust.
    public var certificate: String { folder + "/certificate.pem" }
    public var realm: String { server.url + "/token" }
    public var port: Int { server.port }
    /// What was asked for, each with all its scopes.
    public var requests: [HTTPServer.Request] { server.requests }

    /// The scopes that a request names, each a parameter of its own.
    public static func scopes(of request: HTTPServer.Request) -> [String] {
        let items = URLComponents(string: request.path)?.queryItems ?? []
        return items.filter { $0.name == "scope" }.compactMap(\.value)
    }

    private static func token(
        for request: HTTPServer.Request, number: Int, in folder: String
    ) throws -> String? {
        let login = Data("\(RegistryServer.user):\(RegistryServer.password)".utf8).base64EncodedString()
        guard request.headers["authorization"] == "Basic \(login)" else { return nil }
        let access = scopes(of: request).map { scope -> [String: Any] in
            let parts = scope.split(separator: ":", maxSplits: 2).map(String.init)
            return ["type": parts[0], "name": parts[1], "actions": parts[2].split(separator: ",").map(String.init)]
        }
        let now = Int(Date().timeIntervalSince1970)
        let pem = try String(contentsOfFile: folder + "/certificate.pem", encoding: .utf8)
        let certificate = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        let header = try json(["typ": "JWT", "alg": "RS256", "x5c": [certificate]])
        let claims = try json([
            "iss": issuer, "sub": RegistryServer.user, "aud": service, "exp": now + 300, "nbf": now - 10, "iat": now,
            "jti": "\(number)", "access": access,
        ])
        let text = "\(header).\(claims)"
        let file = "\(folder)/\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try PostgresServer.run([
            openssl, "dgst", "-sha256", "-sign", folder + "/key.pem", "-out", file + ".signature", file,
        ])
        return text + "." + encoded(try Data(contentsOf: URL(fileURLWithPath: file + ".signature")))
    }

    private static func json(_ object: [String: Any]) throws -> String {
        encoded(try JSONSerialization.data(withJSONObject: object, options: .sortedKeys))
    }

    private static func encoded(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
