/// An operating system and a processor, in the names of the OCI image specification (config, `os` and `architecture`).
public struct Platform: Sendable, Hashable, Codable, CustomStringConvertible {
    public var os: String
    public var architecture: String

    public init(os: String, architecture: String) {
        self.os = os
        self.architecture = architecture
    }

    /// `linux/arm64`; `nil` for what has not these two parts.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts.contains("") else { return nil }
        self.init(os: parts[0], architecture: parts[1])
    }

    /// The platform this program was compiled for.
    public static var host: Platform {
        #if os(macOS)
        let os = "darwin"
        #else
        let os = "linux"
        #endif
        #if arch(x86_64)
        let architecture = "amd64"
        #elseif arch(arm64)
        let architecture = "arm64"
        #else
        let architecture = "unknown"
        #endif
        return Platform(os: os, architecture: architecture)
    }

    public var description: String { "\(os)/\(architecture)" }
}
