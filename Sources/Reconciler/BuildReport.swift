public import Images

/// An image that was built, and where it is.
public struct BuildReport: Sendable {
    public var image: BuiltImage
    /// The absolute path of the OCI layout.
    public var layout: String
    /// The name under which the layout lists it.
    public var tag: String?
    /// What is said of it, beside it, that was not before.
    public var attestations: ImageAttestations?
}
