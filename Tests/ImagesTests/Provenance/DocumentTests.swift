import Foundation
import Manifests
import Testing
import YAML

@testable import Images

/// The documents as they are written: golden, because whoever reads them reads them for years.
@Suite struct DocumentTests {
    private static let contents = ImageContents(
        image: Digest(of: "image"),
        base: ImageContents.Base(reference: "docker.io/library/python:3.11", digest: Digest(of: "base")),
        source: Digest(of: "source"),
        packages: [
            PythonDistribution(name: "six", version: "1.16.0", license: "MIT"),
            PythonDistribution(name: "Odd.Name", version: "1!2+local"),
        ], wheels: ["six==1.16.0": Digest(of: "wheel")])

    @Test func aBillOfMaterials() throws {
        let bill = SPDXDocument(Self.contents, created: "2026-11-26T10:00:00Z", version: "0.1.0")
        let image = "sha256:6105d6cc76af400325e94d588ce511be5bfdbb73b437dc51eca43917d7a43e3d"
        #expect(bill.json["name"]?.string == image)
        let packages = try #require(bill.json["packages"]?.array)
        #expect(
            packages.map { $0["SPDXID"]?.string } == [
                "SPDXRef-image", "SPDXRef-source", "SPDXRef-base", "SPDXRef-pypi-odd-name-1-2-local",
                "SPDXRef-pypi-six-1.16.0",
            ])
        #expect(
            packages[3].pretty == """
                {
                  "SPDXID": "SPDXRef-pypi-odd-name-1-2-local",
                  "copyrightText": "NOASSERTION",
                  "downloadLocation": "NOASSERTION",
                  "externalRefs": [
                    {
                      "referenceCategory": "PACKAGE-MANAGER",
                      "referenceLocator": "pkg:pypi/odd-name@1%212%2Blocal",
                      "referenceType": "purl"
                    }
                  ],
                  "filesAnalyzed": false,
                  "licenseConcluded": "NOASSERTION",
                  "licenseDeclared": "NOASSERTION",
                  "name": "odd-name",
                  "primaryPackagePurpose": "LIBRARY",
                  "supplier": "NOASSERTION",
                  "versionInfo": "1!2+local"
                }
                """)
        #expect(packages[4]["licenseDeclared"]?.string == "MIT")
        #expect(packages[4]["checksums"]?.array?.first?["checksumValue"]?.string == Digest(of: "wheel").hex)
        #expect(packages[2]["checksums"]?.array?.first?["checksumValue"]?.string == Digest(of: "base").hex)
        let relationships = try #require(bill.json["relationships"]?.array).map { relationship in
            ["spdxElementId", "relationshipType", "relatedSpdxElement"].map { relationship[$0]?.string ?? "?" }
                .joined(separator: " ")
        }
        #expect(
            relationships == [
                "SPDXRef-DOCUMENT DESCRIBES SPDXRef-image", "SPDXRef-image CONTAINS SPDXRef-source",
                "SPDXRef-image DESCENDANT_OF SPDXRef-base",
                "SPDXRef-image CONTAINS SPDXRef-pypi-odd-name-1-2-local",
                "SPDXRef-image CONTAINS SPDXRef-pypi-six-1.16.0",
            ])
        var head = bill.json.object ?? [:]
        head["packages"] = nil
        head["relationships"] = nil
        #expect(
            JSONValue.object(head).pretty == """
                {
                  "SPDXID": "SPDXRef-DOCUMENT",
                  "creationInfo": {
                    "created": "2026-11-26T10:00:00Z",
                    "creators": [
                      "Tool: slipway-0.1.0"
                    ]
                  },
                  "dataLicense": "CC0-1.0",
                  "documentNamespace": "urn:slipway:sbom:\(image)",
                  "name": "\(image)",
                  "spdxVersion": "SPDX-2.3"
                }
                """)
    }

    @Test func theBillDoesNotDependOnTheOrderOfWhatItIsGiven() {
        var turned = Self.contents
        turned.packages.reverse()
        let bills = [Self.contents, turned].map {
            SPDXDocument($0, created: "2026-11-26T10:00:00Z", version: "1").bytes
        }
        #expect(bills[0] == bills[1])
    }

    @Test func identifiersThatBecomeOneStayTwo() {
        var contents = Self.contents
        contents.packages = ["1+2", "1!2", "1-2"].map { PythonDistribution(name: "a", version: $0) }
        let bill = SPDXDocument(contents, created: "2026-11-26T10:00:00Z", version: "1")
        let names = bill.json["packages"]?.array?.compactMap { $0["SPDXID"]?.string } ?? []
        #expect(Set(names).count == 6 && names.contains("SPDXRef-pypi-a-1-2-3"))
    }

    @Test func aStatement() throws {
        let bill = BlobDescriptor(mediaType: SPDXDocument.mediaType, digest: Digest(of: "bill"), size: 4)
        let statement = SLSAProvenance.statement(AttestedImage.facts, Self.contents, bill: bill)
        let text = try JSONValue(parsing: statement.bytes).pretty
        let hex = { (text: String) in Digest(of: text).hex }
        let commit = String(repeating: "1f", count: 20)
        #expect(
            text == """
                {
                  "_type": "https://in-toto.io/Statement/v1",
                  "predicate": {
                    "buildDefinition": {
                      "buildType": "urn:slipway:image-build:v1",
                      "externalParameters": {
                        "author": "Ada <ada@example.com>",
                        "build": \(AttestedImage.facts.build.canonical.pretty
                            .replacingOccurrences(of: "\n", with: "\n        ")),
                        "commit": "\(commit)",
                        "job": {
                          "name": "train",
                          "namespace": "default"
                        },
                        "manifest": "manifests/jobs.yaml",
                        "platform": "linux/amd64",
                        "repository": "https://example.com/team/repo.git",
                        "source": "jobs/train"
                      },
                      "internalParameters": {
                        "actor": "ada@builder",
                        "contentFormat": 2,
                        "contentKey": "sha256:\(hex("key"))",
                        "host": "builder",
                        "interpreter": "cpython 3.11"
                      },
                      "resolvedDependencies": [
                        {
                          "digest": {
                            "gitCommit": "\(commit)"
                          },
                          "name": "commit",
                          "uri": "git+https://example.com/team/repo.git@\(commit)"
                        },
                        {
                          "digest": {
                            "slipwaySource": "\(hex("source"))"
                          },
                          "name": "source"
                        },
                        {
                          "digest": {
                            "sha256": "\(hex("base"))"
                          },
                          "name": "base",
                          "uri": "docker://docker.io/library/python:3.11"
                        },
                        {
                          "uri": "pkg:pypi/odd-name@1%212%2Blocal"
                        },
                        {
                          "digest": {
                            "sha256": "\(hex("wheel"))"
                          },
                          "uri": "pkg:pypi/six@1.16.0"
                        }
                      ]
                    },
                    "runDetails": {
                      "builder": {
                        "id": "urn:slipway:builder:oci",
                        "version": {
                          "slipway": "0.1.0"
                        }
                      },
                      "byproducts": [
                        {
                          "digest": {
                            "sha256": "\(hex("bill"))"
                          },
                          "mediaType": "application/spdx+json",
                          "name": "sbom.spdx.json"
                        }
                      ],
                      "metadata": {
                        "finishedOn": "2026-11-26T10:00:09Z",
                        "invocationId": "urn:slipway:invocation:1",
                        "startedOn": "2026-11-26T10:00:01Z"
                      }
                    }
                  },
                  "predicateType": "https://slsa.dev/provenance/v1",
                  "subject": [
                    {
                      "digest": {
                        "sha256": "\(hex("image"))"
                      },
                      "name": "default.train"
                    }
                  ]
                }
                """)
        let read = try InTotoStatement(statement.bytes)
        #expect(read == statement)
        let claims = ProvenanceClaims(read.predicate)
        #expect(claims.commit == commit && claims.bill == bill.digest && claims.source == Digest(of: "source"))
        #expect(!claims.hadChanges && claims.buildType == "urn:slipway:image-build:v1")
    }

    @Test func aTreeWithChangesSaysSo() {
        var facts = AttestedImage.facts
        facts.isDirty = true
        let bill = BlobDescriptor(mediaType: SPDXDocument.mediaType, digest: Digest(of: "bill"), size: 4)
        let statement = SLSAProvenance.statement(facts, Self.contents, bill: bill)
        #expect(ProvenanceClaims(statement.predicate).hadChanges)
    }

    /// The example of the DSSE specification: `DSSEv1 29 http://example.com/HelloWorld 11 hello world`.
    @Test func whatIsSignedNamesItsTypeAndLength() {
        let bytes = DSSEEnvelope.encoding(Array("hello world".utf8), type: "http://example.com/HelloWorld")
        #expect(String(decoding: bytes, as: UTF8.self) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
    }

    @Test func anEnvelopeComesBackAsItWas() throws {
        let key = try AttestedImage.makeKey(3)
        let envelope = try DSSEEnvelope(Array("{}".utf8), type: "text/x", signedWith: key)
        #expect(try DSSEEnvelope(envelope.bytes) == envelope)
        #expect(envelope.isSigned(with: key.publicKey))
        #expect(envelope.signatures[0].keyID == key.publicKey.fingerprint)
        #expect(try DSSEEnvelope(Array("{}".utf8), type: "text/x", signedWith: key).bytes == envelope.bytes)
        let other = try DSSEEnvelope(Array("{}".utf8), type: "text/y", signedWith: key)
        #expect(other.signatures != envelope.signatures)
    }

    // MARK: - Packages

    @Test(arguments: [
        ("License-Expression: MIT OR (Apache-2.0 AND BSD-3-Clause)", "MIT OR (Apache-2.0 AND BSD-3-Clause)"),
        ("License-Expression: GPL-2.0-or-later WITH Bison-exception-2.2", "GPL-2.0-or-later WITH Bison-exception-2.2"),
        ("License-Expression: MIT OR", "NOASSERTION"), ("License-Expression: (MIT", "NOASSERTION"),
        ("License-Expression: MIT Apache-2.0", "NOASSERTION"), ("License-Expression: MIT\u{7}", "NOASSERTION"),
        ("License: MIT", "MIT"), ("License: see LICENSE", "NOASSERTION"), ("License: UNKNOWN", "NOASSERTION"),
        ("Classifier: License :: OSI Approved :: MIT License", "MIT"),
        ("Classifier: License :: OSI Approved :: BSD License", "NOASSERTION"),
        (
            "Classifier: License :: OSI Approved :: MIT License\n"
                + "Classifier: License :: OSI Approved :: ISC License (ISCL)", "NOASSERTION"
        ), ("Classifier: Topic :: Utilities", "NOASSERTION"), ("", "NOASSERTION"),
    ]) func licences(_ lines: String, _ expression: String) throws {
        let text = "Metadata-Version: 2.4\nName: a\nVersion: 1\n\(lines)\n\nLicense: ISC\n"
        let package = try #require(PythonDistribution(metadata: Array(text.utf8)))
        #expect(SPDXLicense.declared(by: package) == expression)
    }

    @Test(arguments: ["", "Name: a\n", "Version: 1\n", "\nName: a\nVersion: 1\n", "\u{0}\u{0}"])
    func whatNamesNoPackageIsNone(_ text: String) { #expect(PythonDistribution(metadata: Array(text.utf8)) == nil) }

    @Test func packagesAreThoseOfTheUppermostLayer() throws {
        let folder = try TemporaryFolder()
        let layout = ImageLayout(path: "\(folder.path)/layout")
        try layout.initialise()
        func metadata(_ name: String, _ version: String, in place: String = "opt/python/site-packages") -> TarMember {
            TarMember(
                name: "\(place)/\(name)-\(version).dist-info/METADATA", content: "Name: \(name)\nVersion: \(version)\n")
        }
        let site = "opt/python/site-packages"
        let lower = TarMember.archive([
            metadata("a", "1"), metadata("b", "1"), metadata("pip", "24", in: "usr/lib/python3/dist-packages"),
            TarMember(name: "\(site)/c-1.dist-info/licenses/METADATA", content: "Name: c\nVersion: 1\n"),
        ])
        func packages(_ upper: [TarMember]) throws -> [String] {
            try layout.packages(in: layout.add(layers: [lower, TarMember.archive(upper)]))
                .map { "\($0.name)==\($0.version)" }
        }
        #expect(try packages([]) == ["a==1", "b==1"])
        #expect(
            try packages([TarMember(name: "\(site)/.wh.a-1.dist-info"), metadata("a", "2")]) == ["a==2", "b==1"])
        #expect(try packages([TarMember(name: "\(site)/.wh..wh..opq"), metadata("z", "1")]) == ["z==1"])
        #expect(try packages([TarMember(name: "opt/.wh.python")]) == [])
        #expect(try packages([TarMember(name: "opt/.wh.other")]) == ["a==1", "b==1"])
    }
}
