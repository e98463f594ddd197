import Agents
import Foundation
import Images
import Manifests
import Records
import Store
import YAML

/// Says of images in a layout where they come from, as far as this machine and its checkout know it.
struct LayoutAttestor: ImageAttestor {
    let layout: ImageLayout
    let repository: Repository
    let setting: Setting

    /// `nil` where this machine signs nothing.
    private var key: SigningKey? {
        get throws {
            let path = setting.environment[SigningKey.variable] ?? ""
            return path.isEmpty ? nil : try SigningKey(contentsOf: path)
        }
    }

    func isDone(with image: Digest) async throws -> Bool {
        try layout.hasProvenance(of: image, signedWith: key, hasCommit: true)
    }

    func attest(
        _ image: BuiltImage, of request: BuildRequest, from revision: Revision, begun: Timestamp, ended: Timestamp
    ) async throws -> ImageAttestations? {
        let key = try key
        let hasCommit = revision.commit != nil && !revision.isDirty
        let isSaid = try layout.hasProvenance(of: image.manifestDigest, signedWith: key, hasCommit: hasCommit)
        guard !isSaid else { return nil }
        let packages = try await BlockingWork.run { [layout] in try layout.packages(in: image.manifestDigest) }
        let contents = ImageContents(
            image: image.manifestDigest,
            base: image.base.map { ImageContents.Base(reference: $0.reference, digest: $0.manifest) },
            source: request.sourceDigest, packages: packages, wheels: image.wheels)
        let facts = BuildFacts(
            imageName: request.tag ?? "image", job: ObjectName(reference: request.jobName),
            manifestPath: request.origin?.manifestPath, sourcePath: request.origin?.sourcePath,
            repository: try await repository.address(), commit: revision.commit, isDirty: revision.isDirty,
            author: revision.author, build: request.build, platform: request.platform, contentKey: image.contentKey,
            interpreter: image.interpreter, wasThere: image.reused, version: setting.version, host: setting.host,
            actor: setting.actor, invocation: setting.run?.url ?? "urn:slipway:invocation:\(setting.unique())",
            startedOn: "\(begun)", finishedOn: "\(ended)")
        return try await ImageAttestations.attach(
            facts, contents, created: try await created(revision, ended), signedWith: key,
            to: try layout.descriptor(of: image.manifestDigest), in: ArtifactFolder(layout))
    }

    /// The time that a bill of materials bears: `SOURCE_DATE_EPOCH`, as reproducible builds have it, or that of the
    /// commit; a clock has a say only where there is neither.
    private func created(_ revision: Revision, _ now: Timestamp) async throws -> String {
        if let epoch = setting.environment["SOURCE_DATE_EPOCH"], !epoch.isEmpty {
            // The year 9999 is the last that RFC 3339 can write.
            guard let seconds = Int64(epoch), (0...253_402_300_799).contains(seconds) else {
                throw Diagnostic.sourceDateInvalid(epoch)
            }
            return "\(Timestamp(milliseconds: seconds * 1000))"
        }
        if let commit = revision.commit, let seconds = try await repository.time(of: commit) {
            return "\(Timestamp(milliseconds: seconds * 1000))"
        }
        return "\(now)"
    }
}

extension Repository {
    /// Where it was cloned from, without a login; `nil` where nobody said.
    func address() async throws -> String? {
        guard isGit else { return nil }
        let text = try await git(["config", "--get", "remote.origin.url"], mayFail: true)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : GitPlace.redacted(text)
    }

    /// When a commit was made, in seconds since 1970; `nil` where it is not here.
    func time(of commit: String) async throws -> Int64? {
        guard isGit, Self.isObjectName(commit) else { return nil }
        let text = try await git(
            ["show", "--no-patch", "--no-show-signature", "--format=%ct", "--end-of-options", commit], mayFail: true)
        return Int64(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
