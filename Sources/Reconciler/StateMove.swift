import Agents
import Foundation
import Records
public import Store
import YAML

/// Moves a state to another place.
public struct StateMove: Sendable {
    private let setting: Setting
    private let source: StateAddress
    private let target: StateAddress

    /// - Parameters:
    ///   - source: where the state is.
    ///   - target: where it shall be; nothing, or an empty state.
    public init(_ setting: Setting, from source: StateAddress, to target: StateAddress) {
        self.setting = setting
        self.source = source
        self.target = target
    }

    /// Moves it. Nobody else acts on either state meanwhile.
    ///
    /// - Throws: a `Diagnostic`; nothing has been moved then.
    public func run() async throws -> StateMoveReport {
        guard !isSame() else { throw Diagnostic.moveToItself(source.description) }
        // Read first: opened to be written, a state of an older shape would be brought up to date on the way.
        guard try StateStore.ifThere(source, access: .readOnly) != nil else { throw Diagnostic.noState(source) }
        let locks = [try lock(source), try lock(target)]
        defer { withExtendedLifetime(locks) {} }
        let store = try StateStore(source)
        return try await store.move(to: try StateStore(target), at: setting.time.now())
    }

    /// Whether both are one file, by whatever names, or one URL.
    private func isSame() -> Bool {
        guard case .sqlite(let source) = source, case .sqlite(let target) = target else { return source == target }
        var (one, other) = (stat(), stat())
        guard stat(source, &one) == 0, stat(target, &other) == 0 else { return false }
        return one.st_dev == other.st_dev && one.st_ino == other.st_ino
    }

    private func lock(_ address: StateAddress) throws -> StateLock {
        try StateLock(address, holder: setting.lockHolder(), unique: setting.unique() + setting.unique())
    }
}
