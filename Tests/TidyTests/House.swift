/// The modules of the house, lowest first: what each may import, and which diagnostic codes are its own.
///
/// A module may import the modules before it, and from outside only what its row says.
struct House {
    struct Module: Sendable {
        let name: String
        /// The first digit of the module's diagnostic codes; `nil` where a module reports nothing of its own.
        let codeDigit: Character?
        /// System libraries and packages that this module alone may name.
        let outside: Set<String>

        init(_ name: String, codes codeDigit: Character? = nil, outside: Set<String> = []) {
            self.name = name
            self.codeDigit = codeDigit
            self.outside = outside
        }
    }

    static let modules = [
        Module("YAML", codes: "1", outside: ["CLibYAML"]),
        Module("Manifests", codes: "2", outside: ["CCrypto"]),
        Module("Records"),
        Module("Planning", codes: "3"),
        Module("Store", codes: "4", outside: ["CPQ", "GRDB"]),
        Module("Images", codes: "5", outside: ["CArchive", "CCurl", "Subprocess", "SystemPackage"]),
        Module("Engines", codes: "6", outside: ["CSpawn"]),
        Module("Agents", codes: "7"),
        Module("Reconciler", codes: "8", outside: ["Subprocess", "SystemPackage"]),
        Module("Server"),
        Module("reconcile", codes: "9", outside: ["ArgumentParser"]),
    ]

    /// Folders that wrap a C library: a module map and nothing else.
    static let systemLibraries: Set<String> = ["CLibYAML", "CCrypto", "CArchive", "CCurl", "CPQ", "CSpawn"]

    /// What comes with the platform. FoundationNetworking is missing on purpose: it drags libcurl into static links.
    static let platform: Set<String> = [
        "Swift", "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Dispatch", "Synchronization",
    ]

    static func module(named name: some StringProtocol) -> Module? {
        modules.first { $0.name == name }
    }

    /// Why a module may not import another; `nil` where it may.
    static func objection(to imported: String, in importer: Module) -> String? {
        if platform.contains(imported) || importer.outside.contains(imported) { return nil }
        let owners = modules.filter { $0.outside.contains(imported) }.map(\.name)
        if !owners.isEmpty {
            return "\(importer.name) imports \(imported), which is for \(owners.joined(separator: " and ")) alone"
        }
        let order = modules.map(\.name)
        guard let target = order.firstIndex(of: imported), let own = order.firstIndex(of: importer.name) else {
            return "\(importer.name) imports \(imported), which the house does not know"
        }
        return target < own ? nil : "\(importer.name) imports \(imported), which stands above it"
    }
}
