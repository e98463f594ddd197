import Foundation
import Images
import Manifests
import Records
import YAML

/// What is written down in an attempt's folder of its container: first that there is going to be one, then which it is,
/// at last how it ended. It tells what was never started from what somebody has removed.
struct ContainerNote: Codable, Hashable {
    /// How a container ended. It stays known when the container is removed.
    struct End: Codable, Hashable {
        var status: Int32?
        var failure: String?
        var words: String?
        /// In milliseconds, as `Timestamp`.
        var at: Int64?

        var observation: Observation {
            let moment = at.map { Timestamp(milliseconds: $0) }
            if let failure = failure.flatMap(EngineFailure.init(rawValue:)) {
                return .failed(failure, words ?? "", at: moment)
            }
            return status.map { .ended(status: $0, at: moment) } ?? .gone(words ?? "how it ended is not known")
        }

        init?(_ observation: Observation) {
            switch observation {
            case .ended(let status, let moment): (self.status, at) = (status, moment?.milliseconds)
            case .failed(let failure, let words, let moment):
                (self.failure, self.words, at) = (failure.rawValue, words, moment?.milliseconds)
            case .absent, .waiting, .running, .gone, .elsewhere, .unreachable: return nil
            }
        }
    }

    var formatVersion = 1
    /// `docker` or `podman`.
    var tool: String
    /// Which daemon or storage has it, as the tool says.
    var engine: String?
    /// The container's id, before it is started; `nil` where it may not even be made yet.
    var id: String?
    /// Slipway has asked it to end.
    var isStopped: Bool?
    var end: End?

    init(tool: BuildTool) { self.tool = tool.rawValue }

    var buildTool: BuildTool? { BuildTool(rawValue: tool) }
}

/// What is in an attempt's folder of its container.
struct ContainerFolder {
    let path: String

    init(_ path: String) { self.path = path }

    var attempt: AttemptFolder { AttemptFolder(path) }

    private var notePath: String { "\(path)/container.json" }

    /// `nil` where nobody has meant to make a container, or what is there is nonsense.
    var note: ContainerNote? {
        guard let data = FileManager.default.contents(atPath: notePath), data.count < 64 << 10 else { return nil }
        return try? JSONDecoder().decode(ContainerNote.self, from: data)
    }

    /// Writes the note in one step: a reader sees the old one or the new one.
    func write(_ note: ContainerNote) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let data = try encoder.encode(note) + Data("\n".utf8)
            try data.write(to: URL(fileURLWithPath: notePath), options: .atomic)
        } catch {
            throw Diagnostic.containerNoteUnusable(notePath, reason: (error as NSError).localizedDescription)
        }
    }

    /// Where podman writes what the command prints.
    var rawLog: String { "\(path)/container.log" }

    /// How the command ended, as a file for people.
    func writeExit(_ status: Int32) {
        try? Data("\(status)\n".utf8).write(to: URL(fileURLWithPath: "\(path)/exit"), options: .atomic)
    }
}
