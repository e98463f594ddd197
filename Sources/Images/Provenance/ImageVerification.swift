public import Manifests
import YAML

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One thing that was looked at, and what came of it.
public struct VerificationCheck: Sendable, Hashable {
    public enum Outcome: String, Sendable {
        case ok
        case failed
        /// Nobody can tell here; the detail says why.
        case notChecked = "not checked"
    }

    /// What is checked; the names are part of the command's JSON.
    public enum Subject: String, Sendable, CaseIterable {
        case manifest, config, layer, referrers, provenance, signature, sbom, packages, commit, source, content
    }

    public var subject: Subject
    public var outcome: Outcome
    /// One clause for people.
    public var detail: String

    public init(_ subject: Subject, _ outcome: Outcome, _ detail: String) {
        self.subject = subject
        self.outcome = outcome
        self.detail = detail
    }
}

/// What was found of an image and of what is said of it.
public struct VerifiedImage: Sendable {
    public var image: Digest
    public var checks: [VerificationCheck]
    /// What the provenance says that was believed; `nil` where none was.
    public var claims: ProvenanceClaims?
    /// The digest of the topmost layer's archive without compression, as the image's configuration gives it.
    public var topLayer: Digest?
    /// Whose signature it is that counts.
    public var signer: String?

    public var isSound: Bool { checks.allSatisfy { $0.outcome != .failed } }
}

/// Looks whether an image is whole, and whether what is said of it can be believed.
///
/// Nothing ends it early but a store that cannot be reached: each thing that is wrong is named.
public struct ImageVerification: Sendable {
    let store: any ReferrerStore
    let scratch: String
    let signers: AllowedSigners?

    /// How many referrers of one type are looked at: with more, somebody means to hide something among them.
    static let mostReferrers = 100
    static let mostDocument = 64 << 20
    /// How much all layers of an image may have together, so that nobody's manifest fills a disk.
    private static let mostBytes: Int64 = 64 << 30

    /// - Parameters:
    ///   - scratch: a folder of this call's own, for what comes from elsewhere.
    ///   - signers: whose signatures count; `nil` where nobody said.
    public init(store: any ReferrerStore, scratch: String, signers: AllowedSigners?) {
        self.store = store
        self.scratch = scratch
        self.signers = signers
    }

    public func run(_ image: Digest) async throws -> VerifiedImage {
        var result = VerifiedImage(image: image, checks: [])
        guard let document = try await checkManifest(image, &result) else { return result }
        let packages = try await checkBlobs(document, &result)
        let referrers: [Referrer]
        do {
            let (list, source) = try await store.referrers(of: image)
            referrers = try await typed(list)
            let found = list.isEmpty ? "none" : "\(list.count)"
            result.checks.append(VerificationCheck(.referrers, .ok, "\(found) found by the \(source.rawValue)"))
        } catch let fault as Diagnostic where !fault.isOfRegistry {
            result.checks.append(VerificationCheck(.referrers, .failed, fault.message))
            return result
        }
        try await checkProvenance(referrers, &result)
        try await checkBill(referrers, packages, &result)
        return result
    }

    /// Some tools copy a list without the types in it: then the manifests themselves say them.
    private func typed(_ list: [Referrer]) async throws -> [Referrer] {
        var result: [Referrer] = []
        var looks = 0
        for var referrer in list {
            if referrer.artifactType == nil, looks < Self.mostReferrers {
                looks += 1
                do {
                    let manifest = try JSONValue(parsing: try await store.manifest(referrer.blob.digest))
                    referrer.artifactType = manifest["artifactType"]?.string
                } catch let fault as Diagnostic where !fault.isOfRegistry {
                    // What cannot be read is of no type that is looked for.
                }
            }
            result.append(referrer)
        }
        return result
    }

    // MARK: - The image itself

    private func checkManifest(_ image: Digest, _ result: inout VerifiedImage) async throws -> ImageManifest? {
        do {
            let bytes = try await store.manifest(image)
            _ = try JSONValue(parsingStrictly: bytes)
            let manifest = try JSONDecoder().decode(ImageManifest.self, from: Data(bytes))
            guard manifest.schemaVersion == 2, manifest.layers.count <= 512 else {
                throw Diagnostic.documentInvalid(image, what: "image manifest", reason: "it is none of an image")
            }
            result.checks.append(VerificationCheck(.manifest, .ok, "\(image), \(bytes.count) bytes"))
            return manifest
        } catch let fault as Diagnostic {
            if fault.isOfRegistry { throw fault }
            result.checks.append(VerificationCheck(.manifest, .failed, fault.message))
        } catch let error as DecodingError {
            let fault = Diagnostic.documentInvalid(image, what: "image manifest", reason: "\(error)")
            result.checks.append(VerificationCheck(.manifest, .failed, fault.message))
        }
        return nil
    }

    private struct ConfigDocument: Decodable {
        struct RootFS: Decodable { var diff_ids: [DigestText] }
        var rootfs: RootFS
    }

    /// - Returns: the packages in the layers; `nil` where not all could be read.
    private func checkBlobs(
        _ manifest: ImageManifest, _ result: inout VerifiedImage
    ) async throws -> [PythonDistribution]? {
        var room = Self.mostBytes
        for layer in manifest.layers {
            let (rest, isOver) = room.subtractingReportingOverflow(layer.size)
            guard layer.size >= 0, !isOver, rest >= 0 else {
                result.checks.append(VerificationCheck(.layer, .failed, "the layers have more than 64 GiB together"))
                return nil
            }
            room = rest
        }
        guard (0...Int64(Self.mostDocument)).contains(manifest.config.size) else {
            result.checks.append(VerificationCheck(.config, .failed, "it is too large: \(manifest.config.size) bytes"))
            return nil
        }
        if let path = try await check(manifest.config, .config, &result) {
            let config = try await BlockingWork.run {
                let bytes = try FileAccess.read(path, limit: Self.mostDocument)
                return try? JSONDecoder().decode(ConfigDocument.self, from: Data(bytes))
            }
            let layers = config?.rootfs.diff_ids ?? []
            if layers.count == manifest.layers.count {
                result.topLayer = layers.last?.digest
            } else {
                result.checks.append(
                    VerificationCheck(.config, .failed, "it does not name the layers that the manifest has"))
            }
            for (layer, archive) in zip(manifest.layers, layers)
            where layer.mediaType == BlobDescriptor.layer && layer.digest != archive.digest {
                result.checks.append(
                    VerificationCheck(.config, .failed, "it says \(archive.digest) of the layer \(layer.digest)"))
            }
        }
        var packages: LayerPackages? = LayerPackages()
        for layer in manifest.layers {
            guard let path = try await check(layer, .layer, &result) else {
                packages = nil
                continue
            }
            guard let before = packages else { continue }
            do {
                packages = try await BlockingWork.run {
                    var next = before
                    try next.add(path, of: layer.digest)
                    return next
                }
            } catch let fault as Diagnostic {
                result.checks.append(VerificationCheck(.layer, .failed, fault.message))
                packages = nil
            }
        }
        return packages?.packages
    }

    /// - Returns: where the blob can be read; `nil` where it is not there or not what it should be.
    private func check(
        _ blob: BlobDescriptor, _ subject: VerificationCheck.Subject, _ result: inout VerifiedImage
    ) async throws -> String? {
        do {
            let path = try await store.file(of: blob, scratch: scratch)
            result.checks.append(VerificationCheck(subject, .ok, "\(blob.digest), \(blob.size) bytes"))
            return path
        } catch let fault as Diagnostic where !fault.isOfRegistry {
            result.checks.append(VerificationCheck(subject, .failed, fault.message))
            return nil
        }
    }
}
