/// How much the loader takes in.
public struct LoaderLimits: Sendable, Hashable {
    /// Manifest files.
    public var files = 200_000
    /// Names in folders, of whatever kind.
    public var entries = 2_000_000
    /// Levels of folders.
    public var depth = 100
    /// The bytes of one manifest file.
    public var fileBytes = 16 * 1_048_576
    /// The bytes of one `.slipwayignore`.
    public var ignoreBytes = 1_048_576

    public init() {}

    public static let `default` = LoaderLimits()
}
