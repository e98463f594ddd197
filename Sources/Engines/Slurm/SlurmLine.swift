import Synchronization

/// Those who wait while `sbatch` is busy with others of their kind. When it is done, one of them submits for all, so
/// that many that come at once become one job array, and a single one waits for nobody.
final class SlurmLine: Sendable {
    /// What may share a job array.
    struct Kind: Hashable, Sendable {
        var settings: SlurmSettings
        var options: [String]
        var container: SlurmContainer?
        var location: String?
    }

    struct Entry: Sendable {
        var submission: Submission
        var arguments: SlurmArguments
    }

    enum Turn: Sendable {
        /// Submit these, the own one first, and tell the others.
        case submit([Waiter])
        case done(Result<Void, any Error>)
    }

    struct Waiter: Sendable {
        var entry: Entry
        var continuation: CheckedContinuation<Turn, Never>?

        func resume(_ result: Result<Void, any Error>) { continuation?.resume(returning: .done(result)) }
    }

    private let waiting = Mutex<[Kind: [Waiter]]>([:])

    /// More tasks than this in an array are refused by some clusters (`MaxArraySize`), and an argument list has an end.
    static let mostTasks = 200
    static let mostBytes = 256 << 10

    /// Waits until it is this one's turn, or another has submitted it.
    func stand(_ entry: Entry, _ kind: Kind) async -> Turn {
        await withCheckedContinuation { continuation in
            let isFirst = waiting.withLock { waiting in
                guard waiting[kind] != nil else {
                    waiting[kind] = []
                    return true
                }
                waiting[kind]?.append(Waiter(entry: entry, continuation: continuation))
                return false
            }
            if isFirst { continuation.resume(returning: .submit([Waiter(entry: entry, continuation: nil)])) }
        }
    }

    /// Lets the next ones begin, as many as an array may have.
    func leave(_ kind: Kind) {
        let next = waiting.withLock { waiting -> (CheckedContinuation<Turn, Never>?, [Waiter])? in
            guard var line = waiting[kind], !line.isEmpty else {
                waiting[kind] = nil
                return nil
            }
            var bytes = 0
            let count = line.prefix(Self.mostTasks).prefix { waiter in
                bytes += waiter.entry.submission.size
                return bytes <= Self.mostBytes
            }.count
            var batch = Array(line.prefix(max(1, count)))
            line.removeFirst(batch.count)
            waiting[kind] = line
            let leader = batch[0].continuation
            batch[0].continuation = nil
            return (leader, batch)
        }
        if let (leader, batch) = next { leader?.resume(returning: .submit(batch)) }
    }
}

extension Submission {
    /// About how many bytes of an argument list and an environment it takes.
    fileprivate var size: Int {
        arguments.reduce(folder.utf8.count + workingDirectory.utf8.count) { $0 + $1.utf8.count + 1 }
            + environment.reduce(0) { $0 + 2 * $1.key.utf8.count + $1.value.utf8.count + 32 }
    }
}
