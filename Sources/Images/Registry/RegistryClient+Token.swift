import Synchronization
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension RegistryClient {
    /// Gets what a registry that answered 401 wants to see (RFC 7235; distribution, “Token Authentication”).
    func authorise(_ scope: Scope, _ response: HTTPResponse) async throws {
        let challenges = response.headers.filter { $0.name.lowercased() == "www-authenticate" }
            .compactMap { AuthenticationChallenge($0.value) }
        let login = try await credentials.login(for: host, repository: repository)
        let pass: String
        if let challenge = challenges.first(where: { $0.scheme == "bearer" }) {
            pass = "Bearer \(try await token(challenge, scope, login))"
        } else if challenges.contains(where: { $0.scheme == "basic" }), case .password(let name, let password)? = login
        {
            pass = Self.basic(name, password)
        } else {
            throw Diagnostic.registryWantsLogin(place, hasLogin: login != nil)
        }
        passes.withLock { $0[scope] = pass }
    }

    private static func basic(_ name: String, _ password: String) -> String {
        "Basic \(Data("\(name):\(password)".utf8).base64EncodedString())"
    }

    private struct Answer: Decodable {
        var token: String?
        var access_token: String?
    }

    private func token(
        _ challenge: AuthenticationChallenge, _ scope: Scope, _ login: RegistryLogin?
    ) async throws -> String {
        guard let realm = challenge.parameters["realm"], let base = HTTPAddress(realm) else {
            throw Diagnostic.registryAnswer(place, "a challenge without an address to get a token from")
        }
        guard try allows(base) else { throw Diagnostic.registryInsecure(place, base) }
        let resources = scope.resources(of: repository, and: challenge.parameters["scope"])
        // One parameter for each, where it is asked for by GET; one with blanks in it where OAuth2 is spoken.
        var fields = resources.map { ("scope", $0) }
        if let service = challenge.parameters["service"] { fields.append(("service", service)) }
        var request: HTTPRequest
        if case .identityToken(let refresh)? = login {
            fields.removeAll { $0.0 == "scope" }
            fields += [
                ("scope", resources.joined(separator: " ")), ("grant_type", "refresh_token"),
                ("client_id", "slipway"), ("refresh_token", refresh),
            ]
            let type = HTTPHeader("Content-Type", "application/x-www-form-urlencoded")
            request = HTTPRequest("POST", base, headers: [type], body: .bytes(Array(Self.form(fields).utf8)))
        } else {
            let separator = base.text.contains("?") ? "&" : "?"
            guard let url = HTTPAddress(base.text + separator + Self.form(fields)) else {
                throw Diagnostic.registryAnswer(place, "an address for tokens that is none")
            }
            request = HTTPRequest("GET", url)
            if case .password(let name, let password)? = login {
                request.headers.append(HTTPHeader("Authorization", Self.basic(name, password)))
            }
        }
        request.certificates = certificates
        request.sink = .memory(limit: 1 << 20)
        let response: HTTPResponse
        do { response = try await transport.send(request) } catch let failure as HTTPFailure {
            throw Diagnostic.registryUnreachable(base.host, failure)
        }
        guard response.isSuccess else {
            if response.status == 401 || response.status == 403 {
                throw Diagnostic.registryWantsLogin(place, hasLogin: login != nil)
            }
            throw Diagnostic.registryRefused(place, request, response)
        }
        let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body))
        guard let token = answer?.token ?? answer?.access_token, !token.isEmpty,
            token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw Diagnostic.registryAnswer(place, "no token") }
        return token
    }

    /// `application/x-www-form-urlencoded`.
    private static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\($0.0)=\(PercentEncoding.escaped($0.1))" }.joined(separator: "&")
    }
}

/// One `WWW-Authenticate` header: a scheme, and parameters of which some are in quotes.
struct AuthenticationChallenge: Sendable, Hashable {
    /// In lower case.
    let scheme: String
    /// By their names in lower case.
    let parameters: [String: String]

    init?(_ header: String) {
        var rest = header[...].drop { $0 == " " }
        let name = rest.prefix { $0 != " " }
        guard !name.isEmpty else { return nil }
        scheme = name.lowercased()
        rest = rest.dropFirst(name.count)
        var found: [String: String] = [:]
        while true {
            rest = rest.drop { $0 == " " || $0 == "," }
            guard let equals = rest.firstIndex(of: "=") else { break }
            let key = rest[..<equals].lowercased()
            rest = rest[rest.index(after: equals)...]
            var value = ""
            if rest.first == "\"" {
                rest = rest.dropFirst()
                while let next = rest.popFirst(), next != "\"" {
                    if next == "\\", let escaped = rest.popFirst() { value.append(escaped) } else { value.append(next) }
                }
            } else {
                value = String(rest.prefix { $0 != "," && $0 != " " })
                rest = rest.dropFirst(value.count)
            }
            found[key] = value
        }
        parameters = found
    }
}
