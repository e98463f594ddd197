/// How the layers that a builder makes are compressed.
public enum LayerCompression: String, Sendable, Hashable, CaseIterable, Codable {
    /// Not at all: then the layer is a function of its content alone, whatever compressor a machine has.
    case none
    case gzip
    case zstd
}
