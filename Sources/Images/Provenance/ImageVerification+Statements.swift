import Manifests
import YAML

/// What is said of the image, and by whom.
extension ImageVerification {
    /// A referrer whose document could be read, with what is wrong with it.
    private struct Candidate {
        var referrer: Referrer
        var claims: ProvenanceClaims?
        /// Whose signature it has, of those that count.
        var signer: String?
        var isSigned = false
        var fault: String?
    }

    /// Among what claims to be provenance, at least one must hold; what does not is named, and harms nothing, because
    /// whoever may write to a registry may put anything beside an image.
    func checkProvenance(_ referrers: [Referrer], _ result: inout VerifiedImage) async throws {
        let all = referrers.filter { $0.artifactType == InTotoStatement.mediaType }
        guard !all.isEmpty else {
            result.checks.append(VerificationCheck(.provenance, .failed, "nobody says where the image comes from"))
            if signers != nil { result.checks.append(VerificationCheck(.signature, .failed, "there is none")) }
            return
        }
        var candidates: [Candidate] = []
        for referrer in all.prefix(Self.mostReferrers) {
            candidates.append(try await candidate(referrer, of: result.image))
        }
        // What was built from a commit alone says more than what was built from a tree with changes.
        let readable =
            candidates.filter { $0.fault == nil && $0.claims?.hadChanges == false }
            + candidates.filter { $0.fault == nil && $0.claims?.hadChanges == true }
        let chosen = signers == nil ? readable.first : readable.first { $0.signer != nil }
        for candidate in candidates where candidate.referrer != chosen?.referrer {
            let why = candidate.fault ?? passedOver(candidate)
            let outcome: VerificationCheck.Outcome = chosen == nil ? .failed : .notChecked
            let subject: VerificationCheck.Subject =
                candidate.fault == nil && signers != nil ? .signature : .provenance
            result.checks.append(VerificationCheck(subject, outcome, "\(candidate.referrer.blob.digest): \(why)"))
        }
        if all.count > Self.mostReferrers {
            result.checks.append(
                VerificationCheck(
                    .provenance, chosen == nil ? .failed : .notChecked,
                    "there are \(all.count - Self.mostReferrers) more, which were not looked at"))
        }
        guard let chosen else { return }
        result.claims = chosen.claims
        result.signer = chosen.signer
        let builder = chosen.claims?.builder ?? "nobody"
        result.checks.append(
            VerificationCheck(
                .provenance, .ok, "\(chosen.referrer.blob.digest) is about this image, by \(builder)"))
        if let signer = chosen.signer {
            result.checks.append(VerificationCheck(.signature, .ok, "signed by \(signer)"))
        } else {
            let why = chosen.isSigned ? "signed, but nobody said whose key counts (--key)" : "there is none"
            result.checks.append(VerificationCheck(.signature, .notChecked, why))
        }
    }

    /// Why a candidate with no fault is not the one that is believed.
    private func passedOver(_ candidate: Candidate) -> String {
        guard signers != nil else { return "says it too, and was not looked at further" }
        if let signer = candidate.signer { return "signed by \(signer), says it too" }
        return candidate.isSigned
            ? "the signature is of no key that counts, or of something else" : "it has no signature"
    }

    private func candidate(_ referrer: Referrer, of image: Digest) async throws -> Candidate {
        var result = Candidate(referrer: referrer)
        do {
            let part = try await part(of: referrer, about: image)
            let bytes = try await document(part)
            var text = bytes
            if part.mediaType == DSSEEnvelope.mediaType {
                let envelope = try DSSEEnvelope(bytes)
                guard envelope.payloadType == InTotoStatement.mediaType else {
                    throw StatementFault("its envelope holds \(Diagnostic.printable(envelope.payloadType))")
                }
                result.isSigned = !envelope.signatures.isEmpty
                result.signer = signers?.signers.first { envelope.isSigned(with: $0.key) }?.name
                text = envelope.payload
            } else if part.mediaType != InTotoStatement.mediaType {
                throw StatementFault("its content is \(Diagnostic.printable(part.mediaType))")
            }
            let statement = try InTotoStatement(text)
            guard statement.predicateType == SLSAProvenance.predicateType else {
                throw StatementFault("it is a statement of another kind, \(statement.predicateType)")
            }
            guard statement.subjects.contains(where: { $0.digest == image }) else {
                throw StatementFault("its statement is about another image")
            }
            result.claims = ProvenanceClaims(statement.predicate)
        } catch let fault as StatementFault {
            result.fault = Diagnostic.printable(fault.description)
        } catch let fault as Diagnostic where !fault.isOfRegistry {
            result.fault = fault.message
        }
        return result
    }

    /// The one thing that a referrer holds.
    private func part(of referrer: Referrer, about image: Digest) async throws -> BlobDescriptor {
        let bytes = try await store.manifest(referrer.blob.digest)
        guard Int64(bytes.count) == referrer.blob.size else { throw StatementFault("its size is not what was listed") }
        let type = referrer.artifactType ?? ""
        do { _ = try JSONValue(parsingStrictly: bytes) } catch {
            throw StatementFault("its manifest is no JSON that can be trusted")
        }
        let manifest = try ArtifactManifest(bytes, digest: referrer.blob.digest, type: type)
        guard manifest.subject?.digest == image else { throw StatementFault("its manifest is about another image") }
        guard let part = manifest.parts.first, manifest.parts.count == 1 else {
            throw StatementFault("it does not hold one document")
        }
        guard (0...Int64(Self.mostDocument)).contains(part.blob.size) else {
            throw StatementFault("its document is too large")
        }
        return part.blob
    }

    private func document(_ blob: BlobDescriptor) async throws -> [UInt8] {
        let path = try await store.file(of: blob, scratch: scratch)
        return try await BlockingWork.run { try FileAccess.read(path, limit: Self.mostDocument) }
    }

    // MARK: - The bill of materials

    /// The bill counts that the believed provenance names. Another, by whoever, is left alone.
    func checkBill(
        _ referrers: [Referrer], _ packages: [PythonDistribution]?, _ result: inout VerifiedImage
    ) async throws {
        guard let named = result.claims?.bill else {
            let why = result.claims == nil ? "no provenance says which one counts" : "the provenance names none"
            result.checks.append(VerificationCheck(.sbom, .notChecked, why))
            return
        }
        let all = referrers.filter { $0.artifactType == SPDXDocument.mediaType }
        guard !all.isEmpty else {
            result.checks.append(VerificationCheck(.sbom, .failed, "the provenance names one, and there is none"))
            return
        }
        var faults: [String] = []
        for referrer in all.prefix(Self.mostReferrers) {
            do {
                let part = try await part(of: referrer, about: result.image)
                guard part.digest == named else {
                    faults.append("\(referrer.blob.digest) is not the one that the provenance names")
                    continue
                }
                let bytes = try await document(part)
                result.checks.append(
                    VerificationCheck(.sbom, .ok, "\(part.digest) is the one that the provenance names"))
                try compare(bytes, packages, &result)
                return
            } catch let fault as StatementFault {
                faults.append("\(referrer.blob.digest): \(Diagnostic.printable(fault.description))")
            } catch let fault as Diagnostic where !fault.isOfRegistry {
                faults.append(fault.message)
            }
        }
        result.checks += faults.map { VerificationCheck(.sbom, .failed, $0) }
    }

    private func compare(_ bill: [UInt8], _ packages: [PythonDistribution]?, _ result: inout VerifiedImage) throws {
        guard let packages else {
            return result.checks.append(
                VerificationCheck(.packages, .notChecked, "not all layers of the image could be read"))
        }
        let document: JSONValue
        do { document = try JSONValue(parsingStrictly: bill) } catch {
            return result.checks.append(VerificationCheck(.sbom, .failed, "it is no JSON that can be trusted"))
        }
        let isAbout = document["packages"]?.array?.contains { package in
            package["SPDXID"]?.string == "SPDXRef-image" && package["versionInfo"]?.string == "\(result.image)"
        }
        guard document["spdxVersion"]?.string == "SPDX-2.3", isAbout == true else {
            return result.checks.append(VerificationCheck(.sbom, .failed, "it is not about this image"))
        }
        let prefix = "pkg:pypi/"
        let references = document["packages"]?.array?.flatMap { $0["externalRefs"]?.array ?? [] } ?? []
        let named = Set(references.compactMap { $0["referenceLocator"]?.string }.filter { $0.hasPrefix(prefix) })
        let there = Set(packages.map { PackageURL.pypi($0.name, $0.version) })
        guard named != there else {
            return result.checks.append(
                VerificationCheck(
                    .packages, .ok, "the SBOM names what is in the image, Python packages: \(there.count)")
            )
        }
        let missing = there.subtracting(named).sorted().map { "\($0) is in the image only" }
        let absent = named.subtracting(there).sorted().map { "\($0) is in the SBOM only" }
        for difference in (missing + absent).prefix(20) {
            result.checks.append(VerificationCheck(.packages, .failed, Diagnostic.printable(difference)))
        }
    }
}
