import Agents
import Engines
import Foundation
public import Images
import Manifests
import Records
import Store
import YAML

/// How much housekeeping may take away.
public struct HousekeepingPolicy: Sendable, Hashable {
    /// What was used within so many days stays, whatever it is; at least 1, for so long may a build take.
    public var keepDays: Int
    /// Images of job versions that nothing wants now go too, where they were not used for so many days; `nil` for
    /// never.
    public var imagesOlderThan: Int?
    /// Whether the files go with which finished attempts worked.
    public var takesWork: Bool

    public init(keepDays: Int = 1, imagesOlderThan: Int? = nil, takesWork: Bool = false) {
        self.keepDays = keepDays
        self.imagesOlderThan = imagesOlderThan
        self.takesWork = takesWork
    }
}

/// What housekeeping did with something, or would do.
public struct Housekeeping: Sendable, Hashable {
    public enum Fate: String, Sendable, Hashable {
        /// It would be removed.
        case stale
        case removed
        /// Somebody has begun to use it meanwhile.
        case kept
    }

    public var thing: StaleThing
    public var fate: Fate
}

extension Reconciler {
    /// Removes from this machine what neither the record nor the layout's own list needs, and that can be made again.
    ///
    /// Nothing of it is recorded: what is removed is one machine's copy, and the record names no machine's copies. The
    /// stores of artifacts are not touched.
    ///
    /// - Parameters:
    ///   - isDry: only says what would be removed.
    ///   - tell: gets each thing, when it is gone.
    /// - Throws: a `Diagnostic` where there is no record, which is then no reason to remove anything, or another
    ///   housekeeping is at work here.
    public func housekeep(
        _ policy: HousekeepingPolicy, isDry: Bool, tell: @escaping @Sendable (Housekeeping) -> Void
    ) async throws {
        let store = try openState()
        try HandedFiles.makeFolder(paths.cache)
        guard let lock = try FileLock.attempt("\(paths.cache)/gc.lock") else {
            throw Diagnostic.housekeepingElsewhere()
        }
        let now = setting.time.now()
        let moment = now + .seconds(-86_400 * Int64(max(1, policy.keepDays)))
        let keeper = ImageHousekeeping(
            layout: ImageLayout(path: paths.layout), cacheFolder: paths.cache,
            unusedSince: Int(moment.milliseconds / 1000))
        let (needed, dropped) = try await images(policy, at: now, in: store)
        var things = try await BlockingWork.run { try keeper.stale(needed: needed, dropped: dropped) }
        things += try await BlockingWork.run { [exports = paths.cache + "/commits"] in
            try StaleExports(folder: exports, moment: moment).all()
        }
        if policy.takesWork { things += try await finishedWork(before: moment, in: store) }
        for thing in things {
            try Task.checkCancellation()
            guard !isDry else {
                tell(Housekeeping(thing: thing, fate: .stale))
                continue
            }
            let isRemoved = try await BlockingWork.run { [exports = paths.cache + "/commits"] in
                thing.kind == .export
                    ? try StaleExports(folder: exports, moment: moment).remove(thing.path) : try keeper.remove(thing)
            }
            tell(Housekeeping(thing: thing, fate: isRemoved ? .removed : .kept))
        }
        _ = consume lock
    }

    /// The images that are needed, and why others that are recorded are not.
    private func images(
        _ policy: HousekeepingPolicy, at now: Timestamp, in store: StateStore
    ) async throws -> (needed: Set<Digest>, dropped: [Digest: String]) {
        let recorded = try await store.read { try $0.recordedImages() }
        guard let days = policy.imagesOlderThan else { return (Set(recorded.keys), [:]) }
        let limit = now + .seconds(-86_400 * Int64(days))
        let old = recorded.values.filter { !$0.isCurrent && $0.usedAt < limit }
        let dropped = old.map { image in
            (image.digest, "the image of \(image.version ?? "an attempt"), last used \(image.usedAt)")
        }
        return (
            Set(recorded.keys).subtracting(old.map(\.digest)), Dictionary(uniqueKeysWithValues: dropped)
        )
    }

    /// The folders in which attempts of this place worked that have ended: what they left stays.
    private func finishedWork(before moment: Timestamp, in store: StateStore) async throws -> [StaleThing] {
        guard let location = surroundings.location else { return [] }
        let (attempts, reproductions) = try await store.read { snapshot in
            (
                try snapshot.endedAttempts(at: location, before: moment),
                try snapshot.reproductions().compactMap { reproduction -> (attempt: AttemptRecord, run: RunRecord)? in
                    guard reproduction.location == location, let end = reproduction.end, end.at < moment else {
                        return nil
                    }
                    return try snapshot.run(reproduction.run).map { (reproduction.attempt, $0) }
                }
            )
        }
        let (engine, workspace, runs) = (surroundings.engine, surroundings.workspace, paths.runs)
        var things: [StaleThing] = []
        for (attempt, run) in attempts + reproductions {
            let reference = workspace.reference(to: attempt, of: run)
            // What is recorded of folders is believed only of those that are in this very place.
            guard reference.folder.hasPrefix(runs + "/"), !reference.folder.split(separator: "/").contains("..") else {
                continue
            }
            if case .running = await engine.observe(reference) { continue }
            things += try await BlockingWork.run {
                try ["inputs", "work"].compactMap { name in
                    let path = "\(reference.folder)/\(name)"
                    guard FileManager.default.fileExists(atPath: path) else { return nil }
                    let what = attempt.kind == .execution ? "attempt" : "reproduction"
                    return StaleThing(
                        .work, path, bytes: try DiskUsage.bytes(of: path),
                        reason: "\(what) \(attempt.number) of \(run.name) has ended")
                }
            }
        }
        return things
    }
}

/// The files of commits that nobody has asked for since a moment, and what was left half made of such.
private struct StaleExports {
    let folder: String
    let moment: Timestamp

    private static let gone = ".gone"

    func all() throws -> [StaleThing] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return try names.sorted().compactMap { name in
            let path = "\(folder)/\(name)"
            guard isOld(path) else { return nil }
            return StaleThing(
                .export, path, bytes: try DiskUsage.bytes(of: path),
                reason: Repository.isObjectName(name)
                    ? "nobody has built from this commit for long" : "a build that was killed left it")
        }
    }

    /// Takes it out of the way first, so that nobody ever sees a part of it.
    func remove(_ path: String) throws -> Bool {
        let gone = path.hasSuffix(Self.gone) ? path : path + Self.gone
        if gone != path {
            try HandedFiles.remove(gone)
            let lock = try FileLock.acquireBriefly(Repository.sweepLock(around: path))
            guard isOld(path) else { return false }
            try HandedFiles.rename(path, to: gone)
            _ = consume lock
        }
        try HandedFiles.remove(gone)
        return true
    }

    private func isOld(_ path: String) -> Bool {
        // An export says when it was wanted last; the time of any other is that of its making.
        let mark = path + Repository.exportMark
        var status = stat()
        guard stat(mark, &status) == 0 || lstat(path, &status) == 0 else { return false }
        return Int64(status.st_mtim.tv_sec) * 1000 < moment.milliseconds
    }
}
