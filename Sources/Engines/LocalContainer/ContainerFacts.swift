import Images
import Manifests

/// What a container tool says of itself and of the machine on which its containers run.
struct ContainerFacts: Sendable, Hashable {
    /// The same as long as the containers are in the same place.
    var id: String
    var version: String
    /// Whether it is root of the machine whom the containers' root would be.
    var isRootless: Bool
    /// Whether containers have users of their own, of whom nobody can say who they are outside.
    var mapsUsers: Bool
    var limitsMemory: Bool
    var limitsSwap: Bool
    var limitsCPU: Bool
    var limitsProcesses: Bool

    /// Reads what `info` prints; `nil` where it is something else.
    init?(_ value: JSONValue, of tool: BuildTool) {
        if tool == .docker {
            guard let id = value["ID"]?.string, !id.isEmpty, let version = value["ServerVersion"]?.string,
                !version.isEmpty
            else { return nil }
            (self.id, self.version) = (id, version)
            let options = value["SecurityOptions"]?.strings ?? []
            isRootless = options.contains { $0.contains("name=rootless") }
            mapsUsers = options.contains { $0.contains("name=userns") }
            limitsMemory = value["MemoryLimit"]?.bool ?? false
            limitsSwap = value["SwapLimit"]?.bool ?? false
            limitsCPU = value["CpuCfsQuota"]?.bool ?? false
            limitsProcesses = value["PidsLimit"]?.bool ?? false
        } else {
            guard let host = value["host"], let root = value["store"]?["graphRoot"]?.string,
                let version = value["version"]?["Version"]?.string
            else { return nil }
            (id, self.version) = (root, version)
            isRootless = host["security"]?["rootless"]?.bool ?? false
            mapsUsers = false
            let controllers = Set(host["cgroupControllers"]?.strings ?? [])
            limitsMemory = controllers.contains("memory")
            // Whether swap is counted it does not say.
            limitsSwap = limitsMemory && host["cgroupVersion"]?.string == "v2"
            limitsCPU = controllers.contains("cpu")
            limitsProcesses = controllers.contains("pids")
        }
    }
}
