/// How a package of Debian's family is named (Debian policy, 5.6.7 and 5.6.12).
public enum SystemPackageName {
    /// Whether a word names a package, perhaps with its version: `libgomp1`, `git=1:2.39.5-0+deb12u2`.
    public static func isValid(_ word: String) -> Bool {
        let parts = word.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, name.count > 1, let first = name.first, isLetterOrDigit(first),
            name.allSatisfy({ isLetterOrDigit($0) || "+-.".utf8.contains($0) })
        else { return false }
        guard parts.count == 2 else { return true }
        return !parts[1].isEmpty
            && parts[1].allSatisfy {
                isLetterOrDigit($0) || (0x41...0x5A).contains($0) || "+-.:~".utf8.contains($0)
            }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
