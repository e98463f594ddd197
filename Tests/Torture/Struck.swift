import Synchronization

/// The folders of attempts whose processes were killed: how those end is foretold by nobody.
final class Struck: Sendable {
    private let folders = Mutex<Set<String>>([])

    var all: Set<String> { folders.withLock { $0 } }
    func add(_ folder: String) { _ = folders.withLock { $0.insert(folder) } }
}
