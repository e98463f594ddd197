import YAML

/// What manifests may ask for and this version cannot execute, refused when they are validated rather than when they
/// run. Lifting a refusal means removing its line here.
enum Availability {
    static func refusals(_ job: Manifest<JobSpec>) -> [Diagnostic] {
        var found: [Diagnostic] = []
        func place(_ path: String...) -> SourceLocation { job.origin.location(of: ["spec"] + path) }
        switch job.spec.source {
        case .path: break
        case .git: found.append(.gitSourceUnavailable(at: place("source", "git")))
        case .image: found.append(.imageSourceUnavailable(at: place("source", "image")))
        }
        let build = job.spec.build
        if build.platforms.count > 1 {
            found.append(.severalPlatformsUnavailable(at: place("build", "platforms")))
        } else if let platform = build.platforms.first, !BuildPlatform.known.contains(platform) {
            found.append(.platformUnknown(platform, known: BuildPlatform.known, at: place("build", "platforms")))
        }
        if let requirements = build.python?.requirements, let foreign = ForeignPackageFile(requirements) {
            found.append(.packageFileUnavailable(foreign, at: place("build", "python", "requirements")))
        }
        return found
    }

    static func refusals(_ pool: Manifest<AgentPoolSpec>) -> [Diagnostic] {
        var found: [Diagnostic] = []
        func place(_ path: String...) -> SourceLocation { pool.origin.location(of: ["spec"] + path) }
        switch pool.spec.builder.type {
        case .oci, .docker, .podman, .buildah, .none: break
        case .kaniko:
            found.append(.builderUnavailable(pool.spec.builder.type, at: place("builder", "type")))
        }
        return found
    }
}
