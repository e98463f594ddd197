import Foundation
import Manifests
import Testing
import YAML

@testable import Images

/// What `image verify` finds: each thing that somebody could change, changed.
@Suite struct VerificationTests {
    private static let statementType = InTotoStatement.mediaType
    private static let billType = SPDXDocument.mediaType

    @Test func whatIsAsItWasBuiltHolds() async throws {
        let shop = try await AttestedImage()
        let verified = try await shop.verify(AttestedImage.signers(try AttestedImage.makeKey(9), shop.key))
        #expect(verified.failures.isEmpty)
        #expect(verified.isSound && verified.signer == "signer 1")
        for subject: VerificationCheck.Subject in [
            .manifest, .config, .referrers, .provenance, .signature, .sbom, .packages,
        ] { #expect(verified.outcomes(subject) == [.ok], "\(subject)") }
        #expect(verified.outcomes(.layer) == [.ok, .ok])
        #expect(verified.claims?.source == shop.source)
        #expect(verified.claims?.sourcePath == "jobs/train")
        #expect(verified.claims?.commit == AttestedImage.facts.commit)
    }

    @Test func withoutAKeyASignatureIsNotChecked() async throws {
        let verified = try await AttestedImage().verify()
        #expect(verified.isSound && verified.outcomes(.signature) == [.notChecked])
    }

    @Test func aByteInALayerIsFound() async throws {
        let shop = try await AttestedImage()
        let layers = try shop.layout.manifest(shop.image.digest).layers
        try shop.spoil(layers[1].digest, at: 600)
        let verified = try await shop.verify(AttestedImage.signers(shop.key))
        #expect(verified.outcomes(.layer) == [.ok, .failed])
        #expect(verified.failures.first?.contains("\(layers[1].digest)") == true)
        #expect(verified.outcomes(.packages) == [.notChecked])
    }

    @Test func aByteInTheManifestOrTheConfigurationIsFound() async throws {
        let shop = try await AttestedImage()
        let config = try shop.layout.manifest(shop.image.digest).config.digest
        try shop.spoil(config)
        #expect(try await shop.verify().outcomes(.config) == [.failed])
        try shop.spoil(shop.image.digest)
        let verified = try await shop.verify()
        #expect(verified.outcomes(.manifest) == [.failed] && verified.checks.count == 1)
    }

    @Test(arguments: [InTotoStatement.mediaType, SPDXDocument.mediaType])
    func aByteInADocumentOrItsManifestIsFound(_ type: String) async throws {
        let subject: VerificationCheck.Subject = type == Self.billType ? .sbom : .provenance
        for isManifest in [true, false] {
            let shop = try await AttestedImage()
            let found = try shop.referrer(type)
            try shop.spoil(isManifest ? found.referrer.blob.digest : found.document.digest)
            let verified = try await shop.verify(AttestedImage.signers(shop.key))
            #expect(verified.outcomes(subject) == [.failed], "\(verified.failures)")
        }
    }

    /// Somebody who may write to the store changes a word and makes all digests agree again.
    @Test func aStatementThatWasChangedAndPutAgainHasNoSignature() async throws {
        let shop = try await AttestedImage()
        let envelope = try DSSEEnvelope(try shop.document(Self.statementType))
        let other = String(decoding: envelope.payload, as: UTF8.self).replacingOccurrences(of: "1f1f", with: "2e2e")
        let forged = JSONValue.object([
            "payloadType": .string(envelope.payloadType),
            "payload": .string(Data(other.utf8).base64EncodedString()),
            "signatures": envelope.json["signatures"] ?? .null,
        ]).canonicalBytes
        try await shop.replace(type: Self.statementType, DSSEEnvelope.mediaType, forged)
        let verified = try await shop.verify(AttestedImage.signers(shop.key))
        #expect(verified.outcomes(.signature) == [.failed])
        #expect(verified.failures.first?.contains("of something else") == true)
    }

    @Test func aByteInTheSignatureIsFound() async throws {
        let shop = try await AttestedImage()
        let envelope = try DSSEEnvelope(try shop.document(Self.statementType))
        var signature = envelope.signatures[0].bytes
        signature[10] ^= 1
        let forged = JSONValue.object([
            "payloadType": .string(envelope.payloadType), "payload": envelope.json["payload"] ?? .null,
            "signatures": [["keyid": "", "sig": .string(Data(signature).base64EncodedString())]],
        ]).canonicalBytes
        try await shop.replace(type: Self.statementType, DSSEEnvelope.mediaType, forged)
        #expect(try await shop.verify(AttestedImage.signers(shop.key)).outcomes(.signature) == [.failed])
    }

    @Test func anotherKeyDoesNotCount() async throws {
        let shop = try await AttestedImage()
        let verified = try await shop.verify(AttestedImage.signers(try AttestedImage.makeKey(2)))
        #expect(verified.outcomes(.signature) == [.failed] && verified.claims == nil)
        #expect(verified.outcomes(.sbom) == [.notChecked])
    }

    @Test func whereASignatureIsWantedNoneIsAFailure() async throws {
        let shop = try await AttestedImage(isSigned: false)
        #expect(try await shop.verify().isSound)
        let verified = try await shop.verify(AttestedImage.signers(shop.key))
        #expect(verified.failures.contains { $0.hasSuffix("it has no signature") })
    }

    @Test func anImageOfWhichNothingIsSaidIsNotVerified() async throws {
        let shop = try await AttestedImage()
        try shop.clear()
        let verified = try await shop.verify(AttestedImage.signers(shop.key))
        #expect(verified.outcomes(.provenance) == [.failed] && verified.outcomes(.signature) == [.failed])
    }

    @Test func aStatementOfAnotherImageIsNoneOfThis() async throws {
        let shop = try await AttestedImage()
        let other = try await AttestedImage(packages: [])
        let contents = ImageContents(image: Digest(of: "other"), source: shop.source, packages: [])
        let bill = ImageAttachment(SPDXDocument(contents, created: "2026-11-26T10:00:00Z", version: "1"))
        let statement = SLSAProvenance.statement(AttestedImage.facts, contents, bill: bill.blob)
        let signed = try ImageAttachment(statement, signedWith: shop.key)
        try await shop.replace(type: Self.statementType, signed.blob.mediaType, signed.bytes)
        let verified = try await shop.verify(AttestedImage.signers(shop.key))
        #expect(verified.failures.contains { $0.hasSuffix("its statement is about another image") })

        // And the right statement on a manifest that says it is about another.
        let right = try other.document(Self.statementType)
        try await other.replace(
            type: Self.statementType, DSSEEnvelope.mediaType, right,
            subject: BlobDescriptor(mediaType: BlobDescriptor.manifest, digest: Digest(of: "x"), size: 1))
        #expect(
            try await other.verify().failures.contains { $0.hasSuffix("its manifest is about another image") })
    }

    @Test func anotherBillInItsPlaceIsFound() async throws {
        let shop = try await AttestedImage()
        let bill = String(decoding: try shop.document(Self.billType), as: UTF8.self)
        try await shop.replace(
            type: Self.billType, Self.billType, Array(bill.replacingOccurrences(of: "\"MIT\"", with: "\"ISC\"").utf8))
        let verified = try await shop.verify(AttestedImage.signers(shop.key))
        #expect(verified.failures.contains { $0.hasSuffix("is not the one that the provenance names") })
    }

    @Test(arguments: [
        ([], "pkg:pypi/six-pack@1.16.0 is in the image only"),
        (
            [
                PythonDistribution(name: "six.pack", version: "1.16.0"),
                PythonDistribution(name: "left-pad", version: "2"),
            ], "pkg:pypi/left-pad@2 is in the SBOM only"
        ),
    ]) func aBillThatIsNotOfWhatIsThereIsFound(_ packages: [PythonDistribution], _ message: String) async throws {
        let verified = try await AttestedImage(packages: packages).verify()
        #expect(verified.failures == ["packages: \(message)"])
    }

    /// skopeo 1.9 copies an index without the types that it lists.
    @Test func aListWithoutTypesIsReadAllTheSame() async throws {
        let shop = try await AttestedImage()
        let found = try shop.layout.taggedReferrers(of: shop.image.digest)
        try shop.clear()
        for var referrer in found {
            referrer.artifactType = nil
            try shop.layout.addReferrer(referrer, to: shop.image.digest)
        }
        let verified = try await shop.verify(AttestedImage.signers(shop.key))
        #expect(verified.failures == [] && verified.outcomes(.sbom) == [.ok])
    }

    // MARK: - What strangers put there

    @Test(arguments: [
        (InTotoStatement.mediaType, "no JSON at all"),
        (InTotoStatement.mediaType, "{\"_type\": \"https://in-toto.io/Statement/v1\", \"_type\": \"x\"}"),
        (InTotoStatement.mediaType, "{\"_type\": \"https://in-toto.io/Statement/v0.1\"}"),
        (
            InTotoStatement.mediaType,
            "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[],\"predicateType\":\"x\",\"predicate\":{}}"
        ),
        (DSSEEnvelope.mediaType, "{\"payloadType\": \"text/plain\", \"payload\": \"AAAA\", \"signatures\": []}"),
        (DSSEEnvelope.mediaType, "{\"payload\": 1}"), ("text/html", "<html>"),
        (InTotoStatement.mediaType, String(repeating: "[", count: 100_000)),
    ]) func strangeThingsAreNamedAndHarmNothing(_ mediaType: String, _ text: String) async throws {
        let shop = try await AttestedImage()
        try await shop.add(type: Self.statementType, mediaType, Array(text.utf8))
        let signers = AttestedImage.signers(shop.key)
        let beside = try await shop.verify(signers)
        #expect(
            beside.isSound && beside.outcomes(.provenance).sorted { $0.rawValue < $1.rawValue } == [.notChecked, .ok])
        try await shop.replace(type: Self.statementType, mediaType, Array(text.utf8))
        let alone = try await shop.verify(signers)
        #expect(alone.outcomes(.provenance) == [.failed] && alone.claims == nil)
    }

    /// A manifest whose blobs would fill a disk: nothing of them is asked for.
    @Test(arguments: [
        (Int64(1) << 60, Int64(10)), (Int64(10), Int64(1) << 60), (Int64.max, Int64.max), (Int64(-1), Int64(10)),
        (Int64(10), Int64(-1)),
    ]) func sizesWithoutEndAreRefused(_ layer: Int64, _ config: Int64) async throws {
        let shop = try await AttestedImage()
        func blob(_ size: Int64) -> BlobDescriptor {
            BlobDescriptor(mediaType: BlobDescriptor.layer, digest: Digest(of: "x"), size: size)
        }
        let bytes = JSONValue.object([
            "schemaVersion": 2, "config": blob(config).json, "layers": [blob(layer).json, blob(layer).json],
        ]).canonicalBytes
        let image = try shop.layout.writeBlob(bytes, mediaType: BlobDescriptor.manifest)
        let verified = try await ImageVerification(
            store: ArtifactFolder(shop.layout), scratch: "\(shop.folder.path)/scratch", signers: nil
        ).run(image.digest)
        #expect(verified.outcomes(.layer) + verified.outcomes(.config) == [.failed], "\(verified.failures)")
    }

    @Test func aThousandReferrersAreNotAllRead() async throws {
        let shop = try await AttestedImage()
        var index = ReferrerIndex()
        let found = try shop.referrer(Self.statementType).referrer
        for number in 0..<1500 {
            index.add(
                Referrer(
                    blob: BlobDescriptor(
                        mediaType: BlobDescriptor.manifest, digest: Digest(of: "\(number)"), size: 10),
                    artifactType: Self.statementType))
        }
        index.add(found)
        let blob = try shop.layout.writeBlob(index.bytes, mediaType: BlobDescriptor.index)
        try shop.layout.write([
            ImageLayout.Entry(
                blob: blob, annotations: [ImageLayout.nameAnnotation: ReferrerIndex.tag(of: shop.image.digest)])
        ])
        let verified = try await shop.verify(AttestedImage.signers(shop.key))
        #expect(verified.failures.contains { $0.contains("1401 more") })
        #expect(verified.checks.count < 150)
    }

    @Test func aListThatIsTooLongIsRefused() async throws {
        let shop = try await AttestedImage()
        let entry = Referrer(blob: shop.image, artifactType: "x").json.canonicalText
        let text =
            "{\"schemaVersion\":2,\"manifests\":[\(Array(repeating: entry, count: 2001).joined(separator: ","))]}"
        let blob = try shop.layout.writeBlob(Array(text.utf8), mediaType: BlobDescriptor.index)
        try shop.layout.write([
            ImageLayout.Entry(
                blob: blob, annotations: [ImageLayout.nameAnnotation: ReferrerIndex.tag(of: shop.image.digest)])
        ])
        let verified = try await shop.verify()
        #expect(verified.outcomes(.referrers) == [.failed])
    }

    /// An image that is its own referrer, and one that refers to what refers to it, end the search as any other.
    @Test func circlesEnd() async throws {
        let shop = try await AttestedImage()
        try shop.layout.addReferrer(
            Referrer(blob: shop.image, artifactType: Self.statementType), to: shop.image.digest)
        let found = try shop.referrer(Self.statementType).referrer
        try shop.layout.addReferrer(
            Referrer(blob: shop.image, artifactType: Self.statementType), to: found.blob.digest)
        let verified = try await shop.verify(AttestedImage.signers(shop.key))
        #expect(verified.isSound)
        #expect(verified.outcomes(.provenance).contains(.notChecked))
    }
}
