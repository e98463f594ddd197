import Manifests
import YAML

/// A `pyproject.toml` (PyPA, Declaring project metadata), of which only what the project needs to run is taken: its
/// `dependencies` and `requires-python`. The project itself is the job's source and is not installed, so that no build
/// backend, which would be anybody's code, is ever started.
struct ProjectFile: Decodable, Sendable {
    struct Project: Decodable, Sendable {
        var dependencies: [String]?
        var dynamic: [String]?
    }

    /// Where uv would get a package from.
    struct Source: Decodable, Sendable {
        var git: String?
        var path: String?
        var url: String?
        var workspace: Bool?
    }

    /// One, or one for each condition.
    enum Sources: Decodable, Sendable {
        case one(Source)
        case many([Source])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let many = try? container.decode([Source].self) {
                self = .many(many)
            } else {
                self = .one(try container.decode(Source.self))
            }
        }

        var all: [Source] {
            switch self {
            case .one(let source): [source]
            case .many(let sources): sources
            }
        }
    }

    var project: Project?
    var sources: [String: Sources]?
    var requiresPython: String?
    var fits: Bool

    /// The packages that the project needs.
    func requirements(of file: SourceFile, for target: PythonTarget) throws -> Requirements {
        guard let project else { throw Diagnostic.projectWithoutTable(file.path) }
        if project.dynamic?.contains("dependencies") ?? false { throw Diagnostic.projectIsDynamic(file.path) }
        guard fits else {
            throw Diagnostic.pythonDoesNotFit(file.path, wanted: requiresPython ?? "", target: "\(target)")
        }
        let dependencies = project.dependencies ?? []
        let elsewhere = (sources ?? [:]).filter { _, sources in
            sources.all.contains { $0.git != nil || $0.path != nil || $0.url != nil || $0.workspace == true }
        }.keys.map(WheelName.normal)
        for dependency in dependencies {
            let name = WheelName.normal(dependency.prefix { $0.isLetter || $0.isNumber || "-_.".contains($0) })
            // pip would take a package of that name from the index, which is another one or somebody's trap.
            if elsewhere.contains(name) { throw Diagnostic.packageFromElsewhere([name], file: file.path) }
        }
        return try Requirements(dependencies, of: file)
    }
}
