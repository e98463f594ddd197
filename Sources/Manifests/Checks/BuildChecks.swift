import YAML

/// What is wrong with how images are to be built, in a job by itself and between jobs, queues and pools.
enum BuildChecks {
    /// What no builder could do.
    static func contradictions(in job: Manifest<JobSpec>) -> [Diagnostic] {
        var found: [Diagnostic] = []
        let build = job.spec.build
        func place(_ path: String...) -> SourceLocation { job.origin.location(of: ["spec", "build"] + path) }
        if build.dockerfile != nil {
            if build.python?.requirements != nil {
                found.append(.besideDockerfile("python.requirements", at: place("python", "requirements")))
            }
            if !build.systemPackages.isEmpty {
                found.append(.besideDockerfile("systemPackages", at: place("systemPackages")))
            }
            if build.baseImage != "scratch" { found.append(.besideDockerfile("baseImage", at: place("baseImage"))) }
        }
        let list = build.systemPackages.isEmpty ? nil : job.origin.document["spec"]?["build"]?["systemPackages"]
        for (index, word) in build.systemPackages.enumerated() where !SystemPackageName.isValid(word) {
            let node = list.flatMap { Array($0.elements.dropFirst(index)).first }
            found.append(.systemPackageInvalid(word, at: node?.location ?? place("systemPackages")))
        }
        if !build.systemPackages.isEmpty, build.dockerfile == nil {
            switch try? BaseImage(build.baseImage) {
            case .registry?, nil: break
            case .scratch?, .local?: found.append(.systemPackagesNeedBase(at: place("systemPackages")))
            }
        }
        return found
    }

    /// Pools that keep images where the engine of a queue that they serve cannot get them.
    static func unreachable(_ desired: DesiredState, unsound: Set<ObjectKey>) -> [Diagnostic] {
        desired.pools.sorted { $0.key < $1.key }.flatMap { name, pool -> [Diagnostic] in
            guard pool.spec.images == .layout, !unsound.contains(ObjectKey(.agentPool, name)) else { return [] }
            return pool.spec.queues.compactMap { queueName in
                guard let queue = desired.queues[queueName], !unsound.contains(ObjectKey(.queue, queueName)),
                    EngineDocument.of(queue.spec.resource)?.needsRegistry(queue.spec.config) == true
                else { return nil }
                return .layoutOutOfReach(
                    pool: name, queue: queueName, queue.spec.resource,
                    declared: queue.origin.location(of: ["spec", "resource"]),
                    at: pool.origin.location(of: ["spec", "registry"]))
            }
        }
    }

    /// Runs of jobs that need a tool, on queues whose pools all have the embedded builder.
    static func unbuildable(_ desired: DesiredState, unsound: Set<ObjectKey>) -> [Diagnostic] {
        var builders: [ObjectName: Set<AgentPoolSpec.BuilderKind>] = [:]
        for (name, pool) in desired.pools {
            // Of a pool with mistakes nobody knows what it will be.
            let builder = unsound.contains(ObjectKey(.agentPool, name)) ? .none : pool.spec.builder.type
            for queue in pool.spec.queues { builders[queue, default: []].insert(builder) }
        }
        let jobs = desired.jobs.filter {
            $0.value.spec.build.toolField != nil && !unsound.contains(ObjectKey(.job, $0.key))
        }
        guard !jobs.isEmpty else { return [] }
        let runs = desired.runs.filter { name, run in
            run.spec.job.version == nil && jobs[run.spec.job.name] != nil && builders[run.spec.queue] == [.oci]
                && !unsound.contains(ObjectKey(.run, name))
        }
        return runs.sorted { $0.key < $1.key }.compactMap { _, run in
            guard let job = jobs[run.spec.job.name], let field = job.spec.build.toolField else { return nil }
            return .builderCannot(
                field, job: run.spec.job.name, queue: run.spec.queue,
                declared: job.origin.location(of: ["spec", "build", field]),
                at: run.origin.location(of: ["spec", "queue"]))
        }
    }
}

extension BuildSpec {
    /// The field that asks for a tool which the embedded builder is not; `nil` where none does.
    fileprivate var toolField: String? {
        dockerfile != nil ? "dockerfile" : systemPackages.isEmpty ? nil : "systemPackages"
    }
}
