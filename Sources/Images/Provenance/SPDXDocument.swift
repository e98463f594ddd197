public import Manifests

/// The bill of materials of an image: SPDX 2.3 in JSON. A pure function: of one image at one time there is one.
public struct SPDXDocument: Sendable, Hashable {
    public static let mediaType = "application/spdx+json"

    public let json: JSONValue

    public var bytes: [UInt8] { json.canonicalBytes }

    /// - Parameters:
    ///   - created: of what is described, as RFC 3339 writes it in UTC, without fractions of a second.
    ///   - version: of Slipway.
    public init(_ contents: ImageContents, created: String, version: String) {
        var identifiers = Identifiers()
        let packages = contents.packages.sorted { ($0.name, $0.version) < ($1.name, $1.version) }
            .map { (identifiers.next("pypi-\($0.name)-\($0.version)"), $0) }
        var described = [Self.image(contents.image), Self.source(contents.source)]
        var relationships = [
            Self.relationship("DOCUMENT", "DESCRIBES", "image"), Self.relationship("image", "CONTAINS", "source"),
        ]
        if let base = contents.base {
            described.append(Self.base(base))
            relationships.append(Self.relationship("image", "DESCENDANT_OF", "base"))
        }
        for (id, package) in packages {
            described.append(Self.package(package, id, wheel: contents.wheels["\(package.name)==\(package.version)"]))
            relationships.append(Self.relationship("image", "CONTAINS", id))
        }
        json = .object([
            "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
            "name": .string("\(contents.image)"),
            "documentNamespace": .string("urn:slipway:sbom:\(contents.image)"),
            "creationInfo": ["created": .string(created), "creators": [.string("Tool: slipway-\(version)")]],
            "packages": .array(described), "relationships": .array(relationships),
        ])
    }

    // MARK: - Packages

    private static func image(_ digest: Digest) -> JSONValue {
        package("image", "image", version: "\(digest)", purpose: "CONTAINER", checksum: digest)
    }

    /// Its digest is of a list of its files, not of one file, so that it is a version and no checksum.
    private static func source(_ digest: Digest) -> JSONValue {
        package("source", "source", version: "\(digest)", purpose: "SOURCE")
    }

    private static func base(_ base: ImageContents.Base) -> JSONValue {
        package("base", base.reference, version: "\(base.digest)", purpose: "CONTAINER", checksum: base.digest)
    }

    private static func package(_ package: PythonDistribution, _ id: String, wheel: Digest?) -> JSONValue {
        Self.package(
            id, package.name, version: package.version, purpose: "LIBRARY", checksum: wheel,
            more: [
                "licenseDeclared": .string(SPDXLicense.declared(by: package)),
                "licenseComments": SPDXLicense.words(of: package).map(JSONValue.string),
                "externalRefs": [
                    [
                        "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                        "referenceLocator": .string(PackageURL.pypi(package.name, package.version)),
                    ]
                ],
            ])
    }

    private static func package(
        _ id: String, _ name: String, version: String, purpose: String, checksum: Digest? = nil,
        more: [String: JSONValue?] = [:]
    ) -> JSONValue {
        var fields: [String: JSONValue] = [
            "SPDXID": .string("SPDXRef-\(id)"), "name": .string(name), "versionInfo": .string(version),
            "primaryPackagePurpose": .string(purpose), "supplier": "NOASSERTION", "downloadLocation": "NOASSERTION",
            "filesAnalyzed": false, "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION",
            "copyrightText": "NOASSERTION",
        ]
        if let checksum {
            fields["checksums"] = [["algorithm": "SHA256", "checksumValue": .string(checksum.hex)]]
        }
        fields.merge(more.compactMapValues { $0 }) { _, new in new }
        return .object(fields)
    }

    private static func relationship(_ from: String, _ type: String, _ to: String) -> JSONValue {
        [
            "spdxElementId": .string("SPDXRef-\(from)"), "relationshipType": .string(type),
            "relatedSpdxElement": .string("SPDXRef-\(to)"),
        ]
    }

    /// SPDX's identifiers have letters, digits, `.` and `-`; versions have more, so that two could become one.
    private struct Identifiers {
        private var taken: Set<String> = []

        mutating func next(_ text: String) -> String {
            let plain = String(
                text.unicodeScalars.map { scalar -> Character in
                    let isPlain =
                        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                        || scalar == "." || scalar == "-"
                    return isPlain ? Character(scalar) : "-"
                })
            var result = plain
            var number = 1
            while !taken.insert(result).inserted {
                number += 1
                result = "\(plain)-\(number)"
            }
            return result
        }
    }
}

/// Package URLs (purl).
enum PackageURL {
    static func pypi(_ name: String, _ version: String) -> String {
        "pkg:pypi/\(PercentEncoding.escaped(name))@\(PercentEncoding.escaped(version))"
    }
}
