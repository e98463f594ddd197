/// The names of environment variables.
public enum EnvironmentName {
    /// Variables that a shell sets whatever it was given (POSIX, XCU 2.5.3): between an agent and a command there may
    /// be one, and the command would not get what the manifest says.
    static let shellVariables: Set<String> = ["IFS", "OLDPWD", "OPTIND", "PPID", "PWD"]

    /// Slipway's own variables begin so.
    private static let ownPrefix = "SLIPWAY_"

    /// Whether it is an identifier of a sane length (POSIX, XBD 8.1), which is all that a shell hands on.
    static func isIdentifier(_ name: some StringProtocol) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 255, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    /// Whether a variable of that name reaches a command as it was given.
    public static func reachesCommand(_ name: String) -> Bool { isIdentifier(name) && !shellVariables.contains(name) }

    /// Whether a manifest may set it.
    public static func maySet(_ name: String) -> Bool { reachesCommand(name) && !name.hasPrefix(ownPrefix) }
}
