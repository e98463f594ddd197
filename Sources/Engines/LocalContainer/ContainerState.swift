import Manifests
import Records
import YAML

/// What a tool says of one container.
struct ContainerState: Hashable {
    var id: String
    var status: String
    var exitCode: Int32
    var isOutOfMemory: Bool
    /// Of the engine, why it could not be started.
    var error: String
    var startedAt: Timestamp?
    var finishedAt: Timestamp?
    var labels: [String: String]
    /// Its limit in bytes; 0 for none.
    var memory: Int64

    /// The answer of `container inspect`, a line for each container.
    static let format =
        #"{"id":{{json .ID}},"state":{{json .State}},"labels":{{json .Config.Labels}},"# + #""name":{{json .Name}},"#
        + #""memory":{{json .HostConfig.Memory}}}"#

    /// Reads a line; `nil` for what is not as both tools write it.
    ///
    /// - Returns: the container's name too.
    static func read(_ line: some StringProtocol) -> (name: String, state: ContainerState)? {
        guard let value = try? JSONValue(parsing: Array(line.utf8)), let id = value["id"]?.string,
            isID(id), let name = value["name"]?.string, let state = value["state"], state.object != nil,
            let status = state["Status"]?.string
        else { return nil }
        var labels: [String: String] = [:]
        for (key, label) in value["labels"]?.object ?? [:] { labels[key] = label.string }
        let container = ContainerState(
            id: id, status: status, exitCode: Int32(clamping: state["ExitCode"]?.int ?? 0),
            isOutOfMemory: state["OOMKilled"]?.bool ?? false, error: state["Error"]?.string ?? "",
            startedAt: moment(state["StartedAt"]), finishedAt: moment(state["FinishedAt"]), labels: labels,
            memory: value["memory"]?.int ?? 0)
        return (name.hasPrefix("/") ? String(name.dropFirst()) : name, container)
    }

    /// What a tool says becomes an argument of its next command.
    static func isID(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// The first moment of all is Go's word for none.
    private static func moment(_ value: JSONValue?) -> Timestamp? {
        value?.string.flatMap { $0.hasPrefix("0001-") ? nil : Timestamp(rfc3339: $0) }
    }

    enum Phase { case created, live, over }

    /// The one table of the tools' words; a word that nobody knows is `nil`.
    var phase: Phase? {
        switch status {
        case "created", "configured", "initialized": .created
        case "running", "paused", "restarting", "stopping": .live
        case "exited", "stopped", "dead", "removing": .over
        default: nil
        }
    }

    /// How it ended, in Slipway's words.
    ///
    /// - Parameter isStopped: whether Slipway has asked for the end.
    func end(by tool: String, isStopped: Bool) -> Observation {
        let limit = memory > 0 ? "its limit of \(Self.bytes(memory))" : "what the machine has"
        if isOutOfMemory, exitCode != 0 {
            return .failed(
                .outOfMemory, "OOMKilled: it took more memory than \(limit), and ended with status \(exitCode)",
                at: finishedAt)
        }
        guard exitCode == 137, !isStopped else { return .ended(status: exitCode, at: finishedAt) }
        let hint =
            memory > 0
            ? "by somebody, or by the kernel for want of memory (its limit is \(Self.bytes(memory)))"
            : "by somebody, or by the kernel for want of memory"
        return .failed(
            .endedByOthers, "it was killed (status 137), and not by Slipway: \(hint); \(tool) does not say",
            at: finishedAt)
    }

    static func bytes(_ count: Int64) -> String {
        for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where count % (1 << Int64(shift)) == 0 {
            return "\(count >> Int64(shift)) \(unit)"
        }
        return "\(count) bytes"
    }
}
