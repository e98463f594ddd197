/// What a wheel's file name says (PyPA, Binary distribution format, File name convention).
struct WheelName: Sendable, Hashable {
    /// In its normal form: lower case, `-` between the parts.
    let name: String
    let version: String
    let pythons: [String]
    let abis: [String]
    let platforms: [String]

    /// `nil` for what is not the name of a wheel.
    init?(_ file: String) {
        guard file.hasSuffix(".whl"), file.utf8.count <= 255, file.utf8.allSatisfy(Self.isAllowed) else { return nil }
        let parts = file.dropLast(4).split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5 || parts.count == 6, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        name = Self.normal(parts[0])
        version = parts[1].replacing("_", with: "-").lowercased()
        func tags(_ part: String) -> [String] { part.split(separator: ".").map { $0.lowercased() } }
        pythons = tags(parts[parts.count - 3])
        abis = tags(parts[parts.count - 2])
        platforms = tags(parts[parts.count - 1])
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-_.+!".utf8.contains(byte)
        }
    }

    /// A package's name as indexes compare it (PyPA, Names and normalization).
    static func normal(_ name: some StringProtocol) -> String {
        name.lowercased().split { $0 == "-" || $0 == "_" || $0 == "." }.joined(separator: "-")
    }

    /// `name==version`
    var pin: String { "\(name)==\(version)" }
}
