/// An amount of processor time per time, in thousandths of a core, as Kubernetes writes it: `1`, `0.5`, `500m`.
public struct CPUQuantity: Sendable, Hashable {
    public var millicores: Int64

    public init(millicores: Int64) { self.millicores = millicores }
}

/// An amount of memory in bytes, as Kubernetes writes it: `512Mi`, `4Gi`, `1G`, `1048576`.
public struct ByteQuantity: Sendable, Hashable {
    public var bytes: Int64

    public init(bytes: Int64) { self.bytes = bytes }
}
