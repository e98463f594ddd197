/// An operating system and a processor, in the names of the OCI image specification (config, `os` and `architecture`).
public struct Platform: Sendable, Hashable, Codable, CustomStringConvertible {
    public var os: String
    public var architecture: String

    public init(os: String, architecture: String) {
        self.os = os
        self.architecture = architecture
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
