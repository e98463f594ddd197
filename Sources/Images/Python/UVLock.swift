import Manifests
import YAML

/// A `uv.lock`: which packages a project needs on which platform, with the digests of their files.
///
/// It is read as uv itself installs from it: from the project's own entry along the dependencies whose conditions hold
/// for the target, to one wheel a package. The wheels come from the machine's own index, by version and digest; the
/// addresses in the lock are not asked. The project is the job's source, and is not installed.
struct UVLock: Decodable, Sendable {
    struct Package: Decodable, Sendable {
        var name: String
        var version: String?
        var source: [String: String]
        var dependencies: [Dependency]?
        var optionalDependencies: [String: [Dependency]]?
        var wheels: [File]?

        private enum CodingKeys: String, CodingKey {
            case name, version, source, dependencies, wheels
            case optionalDependencies = "optional-dependencies"
        }

        /// Whether it is the project that the lock is of, and not one that it needs.
        var isProject: Bool { ["virtual", "editable", "directory"].contains { source[$0] == "." } }

        var isOfAnIndex: Bool { source["registry"] != nil }
    }

    struct Dependency: Decodable, Sendable {
        var name: String
        var version: String?
        var marker: String?
        var extra: [String]?
    }

    struct File: Decodable, Sendable {
        var url: String?
        var path: String?
        var filename: String?
        var hash: String?

        /// The file's own name, without the address.
        var name: String? {
            filename
                ?? (url ?? path).map { text in
                    let address = text.prefix { $0 != "#" && $0 != "?" }
                    return String(address.split(separator: "/").last ?? "").replacing("%2B", with: "+")
                }
        }
    }

    var version: Int?
    var package: [Package]?
    var markers: [String: Bool]
    var requiresPython: String?
    var fits: Bool

    /// The packages for a target, each with the digest of its one wheel.
    ///
    /// - Throws: a `Diagnostic` or `Diagnostics` for what comes from elsewhere than an index, and what has no wheel.
    func requirements(of file: SourceFile, for target: PythonTarget) throws -> Requirements {
        guard let version, let package else { throw Diagnostic.notAUVLock(file.path, "it has no version or packages") }
        guard version == 1 else { throw Diagnostic.notAUVLock(file.path, "its version is \(version)") }
        guard fits else {
            throw Diagnostic.pythonDoesNotFit(file.path, wanted: requiresPython ?? "", target: "\(target)")
        }
        let needed = try reachable(package, file)
        let elsewhere = needed.filter { !$0.isOfAnIndex }.map(\.name)
        guard elsewhere.isEmpty else { throw Diagnostic.packageFromElsewhere(elsewhere, file: file.path) }
        var lines: [String] = []
        var without: [String] = []
        for package in needed {
            guard let version = package.version, let wheel = Self.best(package.wheels ?? [], for: target) else {
                without.append("\(package.name)==\(package.version ?? "?")")
                continue
            }
            lines.append("\(package.name)==\(version) --hash=\(wheel)")
        }
        guard without.isEmpty else { throw Diagnostic.noWheel(without, file: file.path, target: "\(target)") }
        return try Requirements(lines, of: file, isComplete: true)
    }

    /// `sha256:…` of the wheel that fits best.
    private static func best(_ files: [File], for target: PythonTarget) -> String? {
        let wheels = files.compactMap { file -> (rank: [Int], name: String, hash: String)? in
            guard let text = file.name, let name = WheelName(text), let rank = target.rank(name),
                let hash = file.hash, hash.hasPrefix("sha256:")
            else { return nil }
            return (rank, text, hash)
        }
        let first = wheels.min { left, right in
            left.rank == right.rank ? left.name < right.name : left.rank.lexicographicallyPrecedes(right.rank)
        }
        return first?.hash
    }

    /// What the project needs, directly or not, with the extras that are asked for.
    private func reachable(_ packages: [Package], _ file: SourceFile) throws -> [Package] {
        guard let project = packages.first(where: \.isProject) else {
            throw Diagnostic.notAUVLock(file.path, "none of its packages is the project itself")
        }
        let byName = Dictionary(grouping: packages, by: \.name)
        var seen: Set<String> = []
        var needed: [String: Package] = [:]
        var pending = project.dependencies ?? []
        while let dependency = pending.popLast() {
            if let marker = dependency.marker, markers[marker] != true { continue }
            let candidates = (byName[dependency.name] ?? []).filter {
                dependency.version == nil || $0.version == dependency.version
            }
            guard candidates.count == 1, let package = candidates.first else {
                throw Diagnostic.notAUVLock(
                    file.path, "it has \(candidates.count) packages for the dependency \(dependency.name)")
            }
            if package.isProject { continue }
            let key = "\(package.name) \(package.version ?? "")"
            if seen.insert(key).inserted {
                needed[key] = package
                pending += package.dependencies ?? []
            }
            for extra in dependency.extra ?? [] where seen.insert("\(key)[\(extra)]").inserted {
                pending += package.optionalDependencies?[extra] ?? []
            }
        }
        return needed.sorted { $0.key < $1.key }.map(\.value)
    }
}
