import Manifests
import YAML

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A program of the machine that builds images from a Dockerfile.
public enum BuildTool: String, Sendable, Hashable, CaseIterable {
    case docker
    case podman
    case buildah

    /// The tool that is there; of several the one that needs the least.
    public static func available(environment: [String: String]) -> BuildTool? {
        [.buildah, .podman, .docker].first { FoundTool.find($0, environment: environment) != nil }
    }

    /// The absolute path of the tool's program; `nil` where it is not on `PATH`.
    public func program(environment: [String: String]) -> String? {
        FoundTool.find(self, environment: environment)?.program
    }
}

/// A tool that was found, and the words in which it is asked.
///
/// All three are asked for the same: build a folder that holds what the job's source holds and nothing else, and put
/// the image into a file or folder from which any layout takes it. No shell is between, and every word that comes from
/// a manifest is the value of an option or stands after `--`.
struct FoundTool: Sendable, Hashable {
    let tool: BuildTool
    /// An absolute path.
    let program: String

    /// What is to be built.
    struct Order: Sendable {
        /// The folder with the source, absolute.
        var context: String
        /// The Dockerfile, absolute.
        var dockerfile: String
        var platform: Platform
        /// Under which the tool keeps the newest image of a job, with the layers that the next build begins with.
        var name: String
        /// Where the tool writes the id of what it has built, absolute.
        var idFile: String
    }

    /// - Parameter hasBuildx: whether Docker's newer builder is there; its older one is asked in fewer words.
    func build(_ order: Order, hasBuildx: Bool) -> [String] {
        let common = [
            "--file", order.dockerfile, "--iidfile", order.idFile, "--tag", order.name,
            // The same moment for each build: a tool that knows it dates the image with it.
            "--build-arg", "SOURCE_DATE_EPOCH=0",
        ]
        let platform = order.platform == .host ? [] : ["--platform", "\(order.platform)"]
        switch tool {
        case .docker where hasBuildx:
            return ["buildx", "build", "--load", "--progress", "plain"] + common + platform + ["--", order.context]
        case .docker:
            return ["build"] + common + platform + ["--", order.context]
        case .podman, .buildah:
            // With layers, a change of the last lines does not run the first ones again.
            let own = ["build", "--format", "oci", "--layers", "--timestamp", "0"]
            return own + common + platform + ["--", order.context]
        }
    }

    /// How an image is put into a file or folder, and what that is then.
    func export(_ image: String, to folder: String) -> (arguments: [String], exported: LocalImage) {
        let target = "\(folder)/image"
        switch tool {
        case .docker: return (["save", "--output", target, image], LocalImage(.dockerArchive, at: target))
        case .podman:
            return (
                ["save", "--format", "docker-archive", "--output", target, image],
                LocalImage(.dockerArchive, at: target)
            )
        case .buildah: return (["push", image, "oci:\(target):image"], LocalImage(.layout, at: target))
        }
    }

    /// Asks for the id of the image of a name.
    func identify(_ name: String) -> [String] { ["images", "--quiet", "--no-trunc", name] }

    /// Takes an image out of the tool's own storage.
    func remove(_ image: String) -> [String] { ["rmi", image] }

    /// Finds a tool on `PATH`.
    static func find(_ tool: BuildTool, environment: [String: String]) -> FoundTool? {
        // An empty or relative part of PATH would be looked up in whatever folder this process is in.
        let folders = (environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }.prefix(256)
        let paths = folders.map { "\($0)/\(tool.rawValue)" }
        return paths.first { access($0, X_OK) == 0 }.map { FoundTool(tool: tool, program: $0) }
    }
}
