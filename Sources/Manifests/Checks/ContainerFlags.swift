/// The flags of `docker create` and `podman create` that a queue's `config` may hold, by their long names.
public enum ContainerFlags {
    /// What a value may be.
    public enum Form: Sendable, Hashable {
        case text
        case number
        case integer
        /// Bytes, as the tools write them: `512m`, `2g`, or a number.
        case size
        case boolean
        /// One text or several.
        case list
        /// `all`, a number, or `device=0,1`.
        case gpus
    }

    /// What limits a container or connects it, and cannot let it out.
    public static let allowed: [String: Form] = [
        "add-host": .list, "blkio-weight": .integer, "cpu-shares": .integer, "cpus": .number, "cpuset-cpus": .text,
        "cpuset-mems": .text, "dns": .list, "dns-search": .list, "gpus": .gpus, "hostname": .text, "init": .boolean,
        "memory": .size, "memory-reservation": .size, "memory-swap": .size, "network": .text, "pids-limit": .integer,
        "read-only": .boolean, "shm-size": .size, "tmpfs": .list, "ulimit": .list, "user": .text,
    ]

    /// What lets a command out of its container, with the word by which `settings.allow` permits it.
    public static let dangerous: [String: (form: Form, word: String)] = [
        "cap-add": (.list, "capability"), "cgroup-parent": (.text, "hostNamespace"),
        "cgroupns": (.text, "hostNamespace"), "device": (.list, "device"), "group-add": (.list, "group"),
        "ipc": (.text, "hostNamespace"), "mount": (.list, "hostPath"), "pid": (.text, "hostNamespace"),
        "privileged": (.boolean, "privileged"), "runtime": (.text, "runtime"),
        "security-opt": (.list, "securityOption"), "userns": (.text, "hostNamespace"), "uts": (.text, "hostNamespace"),
        "volume": (.list, "hostPath"),
    ]

    /// The word for `network: host`, or another container's.
    static let hostNetwork = "hostNetwork"

    /// What Slipway sets itself, with how it is done instead.
    static let own: [String: String] = [
        "attach": "runs go on by themselves, and `logs` shows what they write",
        "cidfile": "Slipway knows the container by its name",
        "detach": "runs go on by themselves",
        "entrypoint": "the command is the job's",
        "env": "the variables of a command are its job's `env`",
        "env-file": "the variables of a command are its job's `env`",
        "env-host": "the variables of a command are its job's `env`",
        "health-cmd": "a run is well when it ends with status 0",
        "interactive": "a command reads nothing",
        "label": "labels carry the identity of the attempt",
        "label-file": "labels carry the identity of the attempt",
        "log-driver": "Slipway reads the log",
        "log-opt": "Slipway reads the log",
        "name": "it carries the identity of the attempt",
        "platform": "the image says for which platform it is",
        "pull": "the image is known by its digest, and is there",
        "replace": "what has the name of an attempt is never taken away",
        "restart": "Slipway retries, as the job's `retry` says",
        "rm": "the container is removed when its end is recorded",
        "sig-proxy": "runs go on by themselves",
        "stop-signal": "a run that is cancelled gets TERM, then KILL",
        "stop-timeout": "a run that is cancelled gets TERM, then KILL",
        "tty": "a command has no terminal",
        "workdir": "the command starts where its image says",
    ]

    static func form(of flag: String) -> Form? { allowed[flag] ?? dangerous[flag]?.form }

    /// Whether a value can be that of a flag; what is wrong with it otherwise, in words.
    public static func fault(of value: JSONValue, _ form: Form) -> String? {
        switch (form, value) {
        case (.text, .string(let text)): text.isEmpty ? "a text" : nil
        // A user, a network or a set of processors may be written as a number.
        case (.text, .int): nil
        case (.number, .int(let number)): number > 0 ? nil : "a number above 0"
        case (.number, .double(let number)): number > 0 && number.isFinite ? nil : "a number above 0"
        case (.number, .string(let text)): (Double(text).map { $0 > 0 && $0.isFinite } ?? false) ? nil : "a number"
        case (.integer, .int): nil
        case (.integer, .string(let text)): Int64(text) == nil ? "a whole number" : nil
        case (.size, .int(let bytes)): bytes >= -1 ? nil : "a size such as 512m"
        case (.size, .string(let text)): isSize(text) ? nil : "a size such as 512m"
        case (.boolean, .bool): nil
        case (.list, .string(let text)): text.isEmpty ? "a text or a list of texts" : nil
        case (.list, .array(let elements)): elements.allSatisfy(isText) ? nil : "a text or a list of texts"
        case (.gpus, .int(let count)): count >= 0 ? nil : "`all`, a number, or `device=0,1`"
        case (.gpus, .string(let text)): isGPUs(text) ? nil : "`all`, a number, or `device=0,1`"
        case (.text, _): "a text"
        case (.number, _): "a number above 0"
        case (.integer, _): "a whole number"
        case (.size, _): "a size such as 512m"
        case (.boolean, _): "true or false"
        case (.list, _): "a text or a list of texts"
        case (.gpus, _): "`all`, a number, or `device=0,1`"
        }
    }

    private static func isText(_ value: JSONValue) -> Bool {
        if case .string(let text) = value { !text.isEmpty } else { false }
    }

    private static func isSize(_ text: String) -> Bool {
        if text == "-1" { return true }
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        let unit = text.dropFirst(digits.count).lowercased()
        return !digits.isEmpty && digits.count < 19 && ["", "b", "k", "m", "g", "kb", "mb", "gb"].contains(unit)
    }

    private static func isGPUs(_ text: String) -> Bool {
        if text == "all" || Int(text).map({ $0 >= 0 }) ?? false { return true }
        guard text.hasPrefix("device=") else { return false }
        return text.dropFirst(7).split(separator: ",", omittingEmptySubsequences: false).allSatisfy { device in
            !device.isEmpty && device.utf8.count <= 64
                && device.utf8.allSatisfy {
                    $0 == UInt8(ascii: "-") || ($0 < 128 && Character(.init($0)).isLetter)
                        || (0x30...0x39).contains($0)
                }
        }
    }
}
