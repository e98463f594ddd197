/// The platforms that images are built for, in the names of the OCI image specification.
enum BuildPlatform {
    static let known = ["linux/amd64", "linux/arm64", "linux/ppc64le", "linux/riscv64", "linux/s390x"]
}
