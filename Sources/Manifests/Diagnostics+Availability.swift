import YAML

// What a manifest may ask for and this version cannot do. `Availability` decides; each has a code of its own, so that
// one can be lifted without touching the others.

extension Diagnostic {
    private static func unavailable(
        _ code: DiagnosticCode, _ what: String, _ location: SourceLocation, instead: String
    ) -> Diagnostic {
        Diagnostic(code, "\(what) not available in this version", at: location, remedy: instead)
    }

    static func engineUnavailable(_ engine: EngineKind, at location: SourceLocation) -> Diagnostic {
        unavailable(
            "SLW2090", "the engine `\(engine.rawValue)` is", location,
            instead: "use \(EngineKind.allCases.filter { EngineDocument.of($0) != nil }.map(\.rawValue).inWords)")
    }

    static func builderUnavailable(_ builder: AgentPoolSpec.BuilderKind, at location: SourceLocation) -> Diagnostic {
        unavailable(
            "SLW2092", "the builder `\(builder.rawValue)` is", location,
            instead:
                "use `oci`, which is embedded and needs no daemon, or `buildah`, `podman` or `docker` for a Dockerfile")
    }

    static func gitSourceUnavailable(at location: SourceLocation) -> Diagnostic {
        unavailable(
            "SLW2094", "a job's source in another Git repository is", location,
            instead: "keep the code in this repository and name its folder with `path`")
    }

    static func imageSourceUnavailable(at location: SourceLocation) -> Diagnostic {
        unavailable(
            "SLW2095", "an image as a job's source is", location,
            instead: "keep the code in this repository and name its folder with `path`")
    }

    static func severalPlatformsUnavailable(at location: SourceLocation) -> Diagnostic {
        unavailable(
            "SLW2099", "building one image for several platforms is", location,
            instead: "name one platform, and write a job for each")
    }

    static func platformUnknown(_ platform: String, known: [String], at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2120", "images cannot be built for the platform `\(platform.shortened(60))`", at: location,
            remedy: Suggestion.closest(to: platform, among: known).map { "did you mean `\($0)`?" }
                ?? "use one of \(known.inWords)")
    }

    static func packageFileUnavailable(_ file: ForeignPackageFile, at location: SourceLocation) -> Diagnostic {
        switch file {
        case .conda:
            Diagnostic(
                "SLW2121", "environments of conda are not built here", at: location,
                remedy: "list the packages that are on PyPI in a requirements.txt or pyproject.toml; what only conda "
                    + "has (compilers, CUDA, R) belongs on the agents' machines or in an image of your own")
        case .other(let tool):
            Diagnostic(
                "SLW2122", "the files of \(tool) are not read here", at: location,
                remedy: "name a requirements.txt, pyproject.toml or uv.lock; most tools can export one, and "
                    + "`reconcile lock` pins it")
        }
    }

    static func unknownConfiguration(
        _ key: String, of engine: EngineKind, at location: SourceLocation
    )
        -> Diagnostic
    {
        Diagnostic(
            "SLW2100", "the engine `\(engine.rawValue)` has no configuration `\(key.shortened(60))`", at: location,
            remedy: "it has none at all: leave `config` out")
    }
}
