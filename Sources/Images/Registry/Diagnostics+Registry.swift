public import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Registries. No message holds a login or a token, nor the query of an address, in which registries carry such things.
extension Diagnostic {
    static func registryAddress(_ text: String) -> Diagnostic {
        Diagnostic("SLW5080", "\(quoted(text)) is no address", remedy: "write `oci:HOST/PATH`")
    }

    static func registryUnreachable(_ place: String, _ failure: HTTPFailure) -> Diagnostic {
        if case .insecure = failure {
            return Diagnostic(
                "SLW5081", "the registry \(place) cannot be trusted: \(printable("\(failure)"))",
                remedy: "name the file of its certificate authority in SLIPWAY_REGISTRY_CA")
        }
        return Diagnostic(
            .registryUnreachable, "the registry \(place) cannot be reached: \(printable("\(failure)"))",
            remedy: "check that it runs and that this machine can reach it")
    }

    static func registryRefused(_ place: String, _ request: HTTPRequest, _ response: HTTPResponse) -> Diagnostic {
        switch response.status {
        case 500...599:
            return Diagnostic(
                .registryUnreachable,
                "the registry \(place) is in trouble: it answered \(response.status) to "
                    + "\(request.method)\(said(response))", remedy: "see the registry's log")
        case 401: return registryWantsLogin(place, hasLogin: true)
        case 403:
            return Diagnostic(
                "SLW5084", "the registry \(place) does not allow it\(said(response))",
                remedy: "give the account the right to \(request.method == "GET" ? "read" : "write to") that repository"
            )
        case 404:
            return Diagnostic(
                "SLW5085", "the registry has no \(place)\(said(response))",
                remedy: "create the repository, where the registry does not make it on the first upload")
        default:
            return Diagnostic(
                "SLW5086", "the registry \(place) answered \(response.status) to \(request.method)\(said(response))",
                remedy: "see the registry's log")
        }
    }

    static func registryWantsLogin(_ place: String, hasLogin: Bool) -> Diagnostic {
        let host = place.split(separator: "/").first.map(String.init) ?? place
        return Diagnostic(
            .registryLogin,
            hasLogin
                ? "the registry \(place) refuses the login that this machine has for it"
                : "the registry \(place) wants a login, and this machine has none for it",
            remedy: "`docker login \(host)` here, or let DOCKER_CONFIG name the folder of a config.json that has one")
    }

    static func registryAnswer(_ place: String, _ what: String) -> Diagnostic {
        Diagnostic("SLW5087", "the registry \(place) gave \(what)", remedy: "see whether it is a registry at all")
    }

    static func registryInsecure(_ place: String, _ address: HTTPAddress) -> Diagnostic {
        Diagnostic(
            "SLW5088", "the registry \(place) leads to \(address.scheme)://\(address.host), which is not encrypted",
            remedy: "let it name https addresses")
    }

    static func credentialsUnreadable(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW5089", "the logins in \(quoted(path)) cannot be read", remedy: "log in anew with `docker login`")
    }

    static func helperFailed(_ program: String, _ why: String) -> Diagnostic {
        Diagnostic(
            "SLW5090", "the login cannot be had from \(program): \(why)",
            remedy: "run it by hand (`echo HOST | \(program) get`), or take it out of Docker's config.json")
    }

    /// Whether a registry could not be asked, so that nothing is known of what it holds.
    var isOfRegistry: Bool { Int(code.rawValue.dropFirst(3)).map { (5080..<5100).contains($0) } ?? false }

    private struct Body: Decodable {
        struct Fault: Decodable {
            var code: String?
            var message: String?
        }

        var errors: [Fault]
    }

    /// What a registry says of an error (distribution specification, “Error Codes”).
    private static func said(_ response: HTTPResponse) -> String {
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(response.body)), let first = body.errors.first
        else { return "" }
        return ": " + printable([first.code, first.message].compactMap { $0 }.joined(separator: ", "))
    }
}

extension DiagnosticCode {
    /// A registry wants another login than it got.
    static let registryLogin: DiagnosticCode = "SLW5083"
    /// A registry cannot be reached, or is not in a state to answer: it may pass.
    public static let registryUnreachable: DiagnosticCode = "SLW5082"
}
