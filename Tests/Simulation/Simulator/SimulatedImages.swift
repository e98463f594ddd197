import Agents
import Engines
import Images
import Manifests
import Records
import YAML

/// The images that were built; all machines of a world reach the same registry.
struct SimulatedRegistry: ImageStore {
    let world: World

    func contains(_ image: Digest) -> Bool { world.images.contains(image) }
}

/// Images are in no other place than that: its pools name no registry.
extension SimulatedRegistry: ImageRegistry {
    func contains(_ image: Digest, in repository: ImageReference) async throws -> Bool { contains(image) }
    func push(
        _ image: Digest, to repository: ImageReference, log: @escaping @Sendable (String) -> Void
    ) async throws {}
    func pull(
        _ image: Digest, from repository: ImageReference, log: @escaping @Sendable (String) -> Void
    ) async throws {}
}

/// A builder that takes a time, may fail, and may be interrupted.
struct SimulatedBuilder: ImageBuilder {
    let world: World
    let process: SimulatedProcess

    func contentKey(of request: BuildRequest) -> Digest { Digest(of: "key of \(request.sourceDigest)") }

    func build(_ request: BuildRequest, log: @escaping @Sendable (String) -> Void) async throws -> BuiltImage {
        try process.demandAlive()
        let act = process.nextAct()
        let key = contentKey(of: request)
        let image = Digest(of: "image of \(key)")
        if world.images.contains(image) { return BuiltImage(manifestDigest: image, contentKey: key, reused: true) }
        var delay = Int64(world.dice.int(20...800, .buildDelay, process.place, act))
        if world.strikes(.slowBuild, process, act) {
            delay = Int64(world.dice.int(2000...9000, .faultLength, process.place, act))
        }
        let time = SimulatedTime(loop: world.loop, process: process)
        try await time.sleep(for: .milliseconds(delay))
        try process.demandAlive()
        if world.strikes(.crashInBuild, process, act) {
            world.crash(process, "in a build")
            throw Crashed()
        }
        if world.strikes(.failedBuild, process, act) {
            world.note(process, "the build of \(request.jobName) fails")
            throw Diagnostic("SLW5900", "the build fails")
        }
        world.images.insert(image)
        return BuiltImage(manifestDigest: image, contentKey: key)
    }
}

/// The sources of all job versions that were ever committed, as a clone of the repository has them.
struct SimulatedSources: JobSources {
    let world: World

    func request(forJob digest: Digest) async throws -> BuildRequest? { world.repository.requests[digest] }
}

/// The folders of attempts, of which only the names are there.
struct SimulatedWorkspace: RunWorkspace {
    let world: World
    let process: SimulatedProcess

    func reference(to attempt: AttemptRecord, of run: RunRecord) -> SubmissionReference {
        SubmissionReference(
            name: attempt.engineName, folder: attempt.folder ?? "", host: attempt.host, location: attempt.location,
            token: run.lease?.token)
    }

    func prepare(
        _ attempt: AttemptRecord, of run: RunRecord, image: Digest, keptIn location: ImageLocation,
        inputs: [InputSource], as form: AttemptForm
    ) async throws -> Submission {
        try process.demandAlive()
        let name = attempt.engineName
        let act = process.nextAct()
        let time = SimulatedTime(loop: world.loop, process: process)
        await time.pass(Int64(world.dice.int(0...20, .engineDelay, process.place, act)))
        try process.demandAlive()
        if world.strikes(.fullWorkspace, process, act) {
            world.note(process, "no room for the folder of \(name)")
            throw Diagnostic("SLW7900", "no room for the attempt's folder")
        }
        let placed = world.engineName(name, process)
        try process.host.pass(placed, run.lease?.token)
        guard !world.isSealed(name, for: run.lease?.token, process) else {
            throw Diagnostic("SLW7903", "the attempt is sealed")
        }
        guard process.host.starts[placed] == nil else {
            throw Diagnostic("SLW7901", "somebody has started the attempt meanwhile")
        }
        return Submission(
            name: name, folder: attempt.folder ?? "", workingDirectory: "/", arguments: run.specification.arguments,
            environment: [:], token: run.lease?.token)
    }

    func collectOutputs(of attempt: AttemptRecord, of run: RunRecord) async throws -> CollectedOutputs {
        try process.demandAlive()
        return CollectedOutputs()
    }

    func keep(_ traces: AttemptTraces, in location: ArtifactLocation) async throws -> KeptTraces {
        try process.demandAlive()
        let act = process.nextAct()
        let time = SimulatedTime(loop: world.loop, process: process)
        await time.pass(Int64(world.dice.int(0...200, .engineDelay, process.place, act)))
        try process.demandAlive()
        if world.strikes(.crashInUpload, process, act) {
            world.crash(process, "in the midst of an upload")
            throw Crashed()
        }
        if world.strikes(.failedUpload, process, act) {
            world.note(process, "what \(traces.attempt.engineName) left cannot be put into the store")
            throw Diagnostic("SLW7902", "the store cannot be reached")
        }
        return KeptTraces(digest: Digest(of: "traces of \(traces.attempt.engineName)"))
    }
}
