/// What in a Kubernetes object lets a command out of its pod.
///
/// Custom resources keep pods in places of their own, so that keys are looked for wherever they are: a key that means
/// something else there has to be permitted by the queue too.
enum KubernetesDangers {
    /// The words of `settings.allow`.
    static let words = [
        "capabilities", "hostIPC", "hostNetwork", "hostPID", "hostPath", "hostPort", "hostProcess", "nodeName",
        "privileged", "privilegeEscalation", "procMount", "runAsRoot", "seccompUnconfined", "serviceAccount", "sysctls",
        "volumes",
    ]

    /// Volumes whose content is the namespace's own, or nothing.
    private static let harmlessVolumes: Set = [
        "configMap", "downwardAPI", "emptyDir", "ephemeral", "name", "persistentVolumeClaim", "projected", "secret",
    ]

    /// What is under these is text that somebody reads, and nothing that is done.
    private static let texts: Set = [
        "annotations", "data", "labels", "matchLabels", "nodeSelector", "requests", "limits", "stringData",
    ]

    static func found(in document: JSONValue) -> [EngineDocument.Danger] {
        var found: [EngineDocument.Danger] = []
        search(document, [], &found)
        return found
    }

    private static func search(_ value: JSONValue, _ path: [String], _ found: inout [EngineDocument.Danger]) {
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() { search(element, path + [String(index)], &found) }
        case .object(let members):
            for (key, member) in members.sorted(by: { $0.key < $1.key }) where !texts.contains(key) {
                let here = path + [key]
                if let word = word(for: key, member) { found.append(EngineDocument.Danger(word, at: here)) }
                if key == "volumes" { found += volumes(member, here) }
                search(member, here, &found)
            }
        case .null, .bool, .int, .double, .string: break
        }
    }

    /// The word for what a key says. A text that a run fills in is not the harmless value, for it may become any.
    private static func word(for key: String, _ value: JSONValue) -> String? {
        switch key {
        case "hostNetwork", "hostPID", "hostIPC", "privileged", "hostProcess": isOff(value) ? nil : key
        case "allowPrivilegeEscalation": isOff(value) ? nil : "privilegeEscalation"
        case "automountServiceAccountToken": isOff(value) ? nil : "serviceAccount"
        case "serviceAccountName", "serviceAccount", "serviceAccountToken": isEmpty(value) ? nil : "serviceAccount"
        case "hostPath", "nodeName": isEmpty(value) ? nil : key
        case "hostPort": value == .null || value == .int(0) ? nil : key
        case "volumeDevices": isEmpty(value) ? nil : "volumes"
        case "procMount": isEmpty(value) || value == .string("Default") ? nil : key
        case "sysctls": isEmpty(value) ? nil : key
        case "runAsUser":
            switch value {
            case .null: nil
            case .int(let user) where user != 0: nil
            default: "runAsRoot"
            }
        case "capabilities": isEmpty(value["add"] ?? .null) ? nil : key
        case "seccompProfile", "appArmorProfile":
            switch value["type"] {
            case .string("RuntimeDefault")?, .string("Localhost")?, nil: nil
            default: "seccompUnconfined"
            }
        default: nil
        }
    }

    private static func volumes(_ value: JSONValue, _ path: [String]) -> [EngineDocument.Danger] {
        (value.array ?? []).enumerated().flatMap { index, volume in
            (volume.object ?? [:]).keys.sorted()
                .filter { !harmlessVolumes.contains($0) && $0 != "hostPath" }
                .map { EngineDocument.Danger("volumes", at: path + [String(index), $0]) }
        }
    }

    private static func isOff(_ value: JSONValue) -> Bool { value == .null || value == .bool(false) }

    private static func isEmpty(_ value: JSONValue) -> Bool {
        switch value {
        case .null: true
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        case .bool, .int, .double: false
        }
    }
}
