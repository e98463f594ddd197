import Foundation
import Manifests
import Testing
import YAML

@testable import Images

/// An image of two layers in a layout, with what is said of it, for tests that then spoil something.
struct AttestedImage {
    let folder: TemporaryFolder
    let layout: ImageLayout
    let image: BlobDescriptor
    let key: SigningKey
    let source = Digest(of: "source")

    static let metadata = "Metadata-Version: 2.4\nName: Six_Pack\nVersion: 1.16.0\nLicense-Expression: MIT\n\nLong.\n"

    init(
        signedWith key: SigningKey? = nil, isSigned: Bool = true,
        packages: [PythonDistribution]? = nil
    ) async throws {
        folder = try TemporaryFolder()
        layout = ImageLayout(path: "\(folder.path)/layout")
        try layout.initialise()
        self.key = try key ?? Self.makeKey(1)
        let site = "opt/python/site-packages/six_pack-1.16.0.dist-info/METADATA"
        let digest = try layout.add(layers: [
            TarMember.archive([TarMember(name: site, content: Self.metadata)]),
            TarMember.archive([TarMember(name: "app/train.py", content: "print(1)\n")]),
        ])
        image = try layout.descriptor(of: digest)
        let contents = ImageContents(
            image: digest, source: source, packages: try packages ?? layout.packages(in: digest),
            wheels: ["six-pack==1.16.0": Digest(of: "wheel")])
        _ = try await ImageAttestations.attach(
            Self.facts, contents, created: "2026-11-26T10:00:00Z", signedWith: isSigned ? self.key : nil, to: image,
            in: ArtifactFolder(layout))
    }

    static func makeKey(_ number: UInt8) throws -> SigningKey {
        // OpenSSL's PKCS#8 of an Ed25519 key is these bytes and the seed.
        let head: [UInt8] = [0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 0x22, 4, 0x20]
        let body = Data(head + [UInt8](repeating: number, count: 32)).base64EncodedString()
        return try SigningKey(
            Array("-----BEGIN PRIVATE KEY-----\n\(body)\n-----END PRIVATE KEY-----\n".utf8), from: "test")
    }

    static let facts: BuildFacts = {
        var build = BuildSpec()
        build.python = PythonSpec()
        build.python?.requirements = "requirements.txt"
        return BuildFacts(
            imageName: "default.train", job: ObjectName(namespace: "default", name: "train"),
            manifestPath: "manifests/jobs.yaml", sourcePath: "jobs/train",
            repository: "https://example.com/team/repo.git",
            commit: String(repeating: "1f", count: 20), author: "Ada <ada@example.com>", build: build,
            platform: Platform(os: "linux", architecture: "amd64"), contentKey: Digest(of: "key"),
            interpreter: PythonInterpreter.Identity(implementation: "cpython", version: "3.11"), version: "0.1.0",
            host: "builder", actor: "ada@builder", invocation: "urn:slipway:invocation:1",
            startedOn: "2026-11-26T10:00:01Z", finishedOn: "2026-11-26T10:00:09Z")
    }()

    static func signers(_ keys: SigningKey...) -> AllowedSigners {
        AllowedSigners(keys.enumerated().map { AllowedSigners.Signer(name: "signer \($0)", key: $1.publicKey) })
    }

    func verify(_ signers: AllowedSigners? = nil, in store: (any ReferrerStore)? = nil) async throws -> VerifiedImage {
        try await ImageVerification(
            store: store ?? ArtifactFolder(layout), scratch: "\(folder.path)/scratch-\(UUID().uuidString)",
            signers: signers
        ).run(image.digest)
    }

    /// The one referrer of a type, its manifest, and the document that it holds.
    func referrer(_ type: String) throws -> (referrer: Referrer, document: BlobDescriptor) {
        let found = try #require(try layout.referrers(of: image.digest).first { $0.artifactType == type })
        return (found, try #require(try layout.manifest(found.blob.digest).layers.first))
    }

    /// Changes one byte of a blob where it lies.
    func spoil(_ digest: Digest, at index: Int = 20) throws {
        let path = layout.blobPath(digest)
        var bytes = try FileAccess.read(path, limit: 1 << 20)
        bytes[index] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    /// Puts a document beside the image as anybody could who may write there, in the place of all that is there.
    func replace(
        type: String, _ mediaType: String, _ bytes: [UInt8], subject: BlobDescriptor? = nil
    ) async throws {
        let others = try layout.referrers(of: image.digest).filter { $0.artifactType != type }
        try clear()
        for referrer in others { try layout.addReferrer(referrer, to: image.digest) }
        try await add(type: type, mediaType, bytes, subject: subject)
    }

    func add(type: String, _ mediaType: String, _ bytes: [UInt8], subject: BlobDescriptor? = nil) async throws {
        let blob = try layout.writeBlob(bytes, mediaType: mediaType)
        let manifest = ArtifactManifest(
            parts: [ArtifactManifest.Part(blob: blob, title: "x")], annotations: [:], type: type,
            subject: subject ?? image
        ).bytes
        let stored = try layout.writeBlob(manifest, mediaType: BlobDescriptor.manifest)
        try layout.addReferrer(Referrer(blob: stored, artifactType: type), to: image.digest)
    }

    /// Takes everything away that is said of the image.
    func clear() throws {
        try layout.write([ImageLayout.Entry(blob: image, annotations: [ImageLayout.nameAnnotation: "x"])])
    }

    func document(_ type: String) throws -> [UInt8] { try layout.readBlob(referrer(type).document.digest) }
}

extension VerifiedImage {
    func outcomes(_ subject: VerificationCheck.Subject) -> [VerificationCheck.Outcome] {
        checks.filter { $0.subject == subject }.map(\.outcome)
    }

    var failures: [String] { checks.filter { $0.outcome == .failed }.map { "\($0.subject.rawValue): \($0.detail)" } }
}
