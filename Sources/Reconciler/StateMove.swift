import Agents
import Foundation
import Records
public import Store
import YAML

/// Moves a state to another place.
public struct StateMove: Sendable {
    private let setting: Setting
    private let source: String
    private let target: String

    /// - Parameters:
    ///   - source: the absolute path of the state.
    ///   - target: where it shall be; nothing, or an empty state.
    public init(_ setting: Setting, from source: String, to target: String) {
        self.setting = setting
        self.source = source
        self.target = target
    }

    /// Moves it. Nobody else acts on either state meanwhile.
    ///
    /// - Throws: a `Diagnostic`; nothing has been moved then.
    public func run() async throws -> StateMoveReport {
        guard FileManager.default.fileExists(atPath: source) else { throw Diagnostic.noState(source) }
        guard !isSame() else { throw Diagnostic.moveToItself(source) }
        // Read first: opened to be written, a state of an older shape would be brought up to date on the way.
        _ = try StateStore(sqlite: source, access: .readOnly)
        let locks = [try lock(source), try lock(target)]
        defer { withExtendedLifetime(locks) {} }
        let store = try StateStore(sqlite: source)
        return try await store.move(to: try StateStore(sqlite: target), at: setting.time.now())
    }

    /// Whether both are one file, by whatever names.
    private func isSame() -> Bool {
        var (one, other) = (stat(), stat())
        guard stat(source, &one) == 0, stat(target, &other) == 0 else { return false }
        return one.st_dev == other.st_dev && one.st_ino == other.st_ino
    }

    private func lock(_ database: String) throws -> StateLock {
        try StateLock(path: StatePaths.lock(of: database), holder: setting.lockHolder)
    }
}
