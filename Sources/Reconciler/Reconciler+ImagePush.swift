import Agents
import Images
public import Manifests
import Planning
import Records
import Store
import YAML

extension Reconciler {
    /// Builds the image of one job as it is checked out, and puts it into a registry.
    ///
    /// - Parameter reference: where it goes. `nil` for where the pools keep images: then it is recorded, so that pools
    ///   that build nothing find it; the job version has to be recorded already.
    /// - Returns: its name there, with its digest.
    public func pushImage(
        of name: ObjectName, to reference: ImageReference?, log: @escaping @Sendable (String) -> Void
    ) async throws -> ImageReference {
        let reading = try await read()
        let request = try request(forJob: name, in: reading)
        let digest = try version(ofJob: name, in: reading)
        try surroundings.prepareToAct()
        if let reference {
            let image = try await build(request, log: log).image.manifestDigest
            try await surroundings.registry.push(image, to: reference, log: log)
            return reference.pinned(to: image)
        }
        let places = Set(reading.input.desired.pools.values.map(\.spec.images)).filter { $0 != .layout }
        guard let place = places.first, places.count == 1 else {
            throw Diagnostic.noOneRegistry(places.map(\.description).sorted())
        }
        guard !paths.state.isBranch, let store = try surroundings.openIfThere(.readWrite),
            let version = try await store.read({ try $0.jobVersions() })[name]?.first(where: { $0.digest == digest }),
            let target = place.reference(to: name, version: version.number)
        else { throw Diagnostic.versionNotRecorded("\(name)") }
        let supply = ImageSupply(
            store: store, images: surroundings.images, registry: surroundings.registry, builder: surroundings.builder,
            attestor: surroundings.attestor, sources: CheckedOutSources(reading.requests),
            provenance: Provenance(revision: try await surroundings.revision(), actor: setting.actor),
            time: setting.time, log: log)
        let image = try await supply.image(
            ofJob: digest, named: JobVersionName(name, version: version.number), keptIn: place)
        return target.pinned(to: image)
    }
}
