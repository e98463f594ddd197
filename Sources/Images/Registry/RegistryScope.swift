/// What is asked of a registry; a token is good for one (distribution, “Token Scope Documentation”).
enum Scope: Hashable, Sendable {
    case pull
    case push
    /// To push, and to take what is in another repository of the same registry.
    case mount(from: String)

    /// As a token server wants to have it, for one repository.
    func resources(of repository: String) -> [String] {
        switch self {
        case .pull: ["repository:\(repository):pull"]
        case .push: ["repository:\(repository):pull,push"]
        case .mount(let other): ["repository:\(repository):pull,push", "repository:\(other):pull"]
        }
    }

    /// The same with what a registry says that it wants, where that is something else still.
    func resources(of repository: String, and challenged: String?) -> [String] {
        var resources = resources(of: repository)
        for resource in (challenged ?? "").split(separator: " ") {
            guard let colon = resource.lastIndex(of: ":") else { continue }
            let actions = Set(resource[resource.index(after: colon)...].split(separator: ","))
            let isCovered = resources.contains { own in
                guard own.hasPrefix(resource[...colon]) else { return false }
                return actions.isSubset(of: own.dropFirst(resource[...colon].count).split(separator: ","))
            }
            if !isCovered { resources.append(String(resource)) }
        }
        return resources
    }
}
