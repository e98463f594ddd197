/// What somebody is let into a registry with.
public enum RegistryLogin: Sendable, Hashable {
    case password(name: String, String)
    /// What a token server gives tokens for.
    case identityToken(String)
}

/// Where the logins of registries are found. They go to the registry, or to the token server that it names, and
/// nowhere else.
public protocol RegistryCredentialSource: Sendable {
    /// - Parameter repository: what is to be used there; some logins are for a part of a registry only.
    /// - Returns: `nil` for a registry that is used without a login.
    /// - Throws: a `Diagnostic` that never holds a login.
    func login(for host: String, repository: String) async throws -> RegistryLogin?
}
