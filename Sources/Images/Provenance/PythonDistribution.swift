/// A Python package as it is installed in an image (PyPA, Recording installed projects and Core metadata).
public struct PythonDistribution: Sendable, Hashable {
    /// In its normal form: lower case, with `-` between the words.
    public var name: String
    public var version: String
    /// `License-Expression`: an SPDX expression, by the package's own word.
    public var licenseExpression: String?
    /// `License`: whatever somebody wrote there, its first line.
    public var license: String?
    /// The last part of each `Classifier: License :: …`.
    public var licenseClassifiers: [String]

    public init(
        name: String, version: String, licenseExpression: String? = nil, license: String? = nil,
        licenseClassifiers: [String] = []
    ) {
        self.name = WheelName.normal(name)
        self.version = version
        self.licenseExpression = licenseExpression
        self.license = license
        self.licenseClassifiers = licenseClassifiers
    }

    /// Reads `METADATA`, a header in the manner of e-mail; `nil` where it names no package or no version.
    ///
    /// The description that may follow the header, after an empty line, is not looked at.
    init?(metadata: [UInt8]) {
        var fields: [(name: String, value: String)] = []
        for line in String(decoding: metadata, as: UTF8.self).split(
            omittingEmptySubsequences: false,
            whereSeparator: {
                $0.isNewline
            })
        {
            if line.allSatisfy(\.isWhitespace) { break }
            // A value goes on in lines that begin with a blank; of none is more wanted than the first line.
            guard let first = line.first, !first.isWhitespace, let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
            fields.append((line[..<colon].lowercased(), String(value.prefix(Self.longest))))
        }
        func value(_ name: String) -> String? {
            fields.first { $0.name == name }.map(\.value).flatMap { $0.isEmpty || $0 == "UNKNOWN" ? nil : $0 }
        }
        guard let name = value("name"), let version = value("version") else { return nil }
        let prefix = "License :: "
        self.init(
            name: name, version: version, licenseExpression: value("license-expression"), license: value("license"),
            licenseClassifiers: fields.compactMap { field in
                guard field.name == "classifier", field.value.hasPrefix(prefix) else { return nil }
                return field.value.components(of: " :: ").last
            })
    }

    /// Nothing that is shown of a package is longer.
    private static let longest = 400
}

extension String {
    /// The parts between a separator. Written out because FoundationEssentials has no `components(separatedBy:)`.
    fileprivate func components(of separator: String) -> [String] {
        var result: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            result.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return result + [String(rest)]
    }
}
