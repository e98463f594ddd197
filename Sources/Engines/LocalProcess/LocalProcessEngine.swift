import Foundation
public import Manifests
public import Records
import Synchronization
import YAML

/// Runs attempts as processes of this machine, each in a session of its own, so that it outlives whoever started it.
///
/// Between the submitter and the command stands `Supervisor`, a shell with a constant text: it claims the attempt by
/// creating its `pid` file, runs the command, and writes how it ended into `exit`. Everything that has to be known of
/// an attempt is in its folder; an engine that is new reads it there.
public final class LocalProcessEngine: Engine {
    public let kind = EngineKind.localProcess
    private let host: String
    private let now: @Sendable () -> Timestamp
    /// The supervisors that this process started and has to reap.
    private let children = Mutex<[String: Child]>([:])
    private let watcher = PipeWatcher()

    struct Child: Sendable {
        let process: pid_t
        /// The reading end of a pipe that the supervisor holds open: it reads end-of-file when the supervisor ends.
        let watch: Int32
    }

    /// - Parameters:
    ///   - host: the name under which this machine is recorded.
    ///   - now: the clock.
    public init(host: String, now: @escaping @Sendable () -> Timestamp) {
        self.host = host
        self.now = now
    }

    public func submit(_ submission: Submission) async throws {
        let known = await observeFolder(submission.folder, token: submission.token)
        guard known == .absent else { return }
        let arguments = try Supervisor.resolved(submission)
        await Supervisor.waitUntilExecutable(arguments[0], of: submission)
        let child: Child? = try await AttemptFence(submission.folder).pass(submission.token) {
            let folder = AttemptFolder(submission.folder)
            try folder.liftSeal(for: submission.token)
            return folder.isClaimed ? nil : try Supervisor.start(submission, arguments: arguments)
        }
        if let child { children.withLock { $0[submission.name] = child } }
    }

    public func observe(_ reference: SubmissionReference) async -> Observation {
        if let elsewhere = reference.elsewhere(from: host) { return elsewhere }
        let observation = await observeFolder(reference.folder, token: reference.token)
        // Between the start of a supervisor and its claim lie some milliseconds, in which the attempt is here already.
        guard observation == .absent, children.withLock({ $0[reference.name] != nil }) else { return observation }
        return .running(since: nil)
    }

    public func wait(for reference: SubmissionReference, until deadline: Timestamp?) async -> Observation {
        // Each wait has a descriptor of its own: another may reap meanwhile, and the number would then be
        // somebody else's.
        let watch = children.withLock { $0[reference.name].map { fcntl($0.watch, F_DUPFD_CLOEXEC, 0) } }
        if let watch, watch >= 0 {
            defer { close(watch) }
            let timeout = deadline.map { max(.zero, $0 - now()) }
            guard await watcher.endOfFile(watch, within: timeout) else {
                return .running(since: nil)
            }
            reap(reference.name)
            // The pid file was somebody else's: this supervisor stood back, and the attempt goes on without it.
        }
        var pause = Duration.milliseconds(5)
        while true {
            let observation = await observe(reference)
            if case .running = observation {} else { return observation }
            if let deadline, now() >= deadline { return observation }
            do { try await Task.sleep(for: pause) } catch { return observation }
            pause = min(pause * 2, .milliseconds(200))
        }
    }

    /// Creates the file by which a supervisor claims an attempt: whoever comes later stands back.
    public func seal(_ reference: SubmissionReference) async throws -> Observation {
        let known = await observe(reference)
        guard known == .absent else { return known }
        let isSealed = try await AttemptFence(reference.folder).pass(reference.token) {
            try AttemptFolder(reference.folder).seal(by: reference.token)
        }
        return isSealed ? .absent : await observe(reference)
    }

    public func cancel(_ reference: SubmissionReference, grace: Duration) async throws {
        guard case .running = await observe(reference) else { return }
        let folder = AttemptFolder(reference.folder)
        while !folder.isClaimed {
            // It has just been started: whom to signal is known as soon as it has said who it is, or has ended.
            guard case .running = await wait(for: reference, until: now() + .milliseconds(5)) else { return }
        }
        guard let supervisor = await folder.supervisor() else { return }
        supervisor.signalGroup(SIGTERM)
        if await ended(reference, supervisor, by: now() + grace) { return }
        supervisor.signalGroup(SIGKILL)
        guard await ended(reference, supervisor, by: now() + .seconds(10)) else {
            throw Diagnostic.notCancelled(reference.name)
        }
    }

    /// Waits until no process of the attempt's group is left.
    private func ended(
        _ reference: SubmissionReference, _ supervisor: ProcessIdentity, by deadline: Timestamp
    ) async -> Bool {
        while true {
            if case .running = await wait(for: reference, until: min(deadline, now() + .milliseconds(50))) {
            } else if !supervisor.groupExists {
                return true
            }
            if now() >= deadline { return false }
            do { try await Task.sleep(for: .milliseconds(10)) } catch { return !supervisor.groupExists }
        }
    }

    public func preflight(_ target: EngineTarget?) async -> [PreflightFinding] {
        let shell = "/bin/sh"
        guard access(shell, X_OK) == 0 else {
            return [
                PreflightFinding(
                    .bad, "processes of \(host)", "\(shell) cannot be executed", remedy: "install a POSIX shell there")
            ]
        }
        return [PreflightFinding(.good, "processes of \(host)", "nothing is needed but \(shell), which is there")]
    }

    private func reap(_ name: String) {
        guard let child = children.withLock({ $0.removeValue(forKey: name) }) else { return }
        var status: Int32 = 0
        while waitpid(child.process, &status, 0) < 0, errno == EINTR {}
        close(child.watch)
    }

    private func observeFolder(_ path: String, token: Int64?) async -> Observation {
        let folder = AttemptFolder(path)
        if let exit = folder.exit { return .ended(status: exit.status, at: exit.at) }
        guard folder.isClaimed, !folder.isSealedInVain(for: token) else { return .absent }
        guard !folder.isSealed(for: token) else { return .gone("it was sealed before it was started") }
        guard let supervisor = await folder.supervisor() else {
            return .gone("its supervisor ended before it could say who it is")
        }
        // A command whose supervisor was killed computes on: only when it has ended too is the attempt gone.
        if supervisor.isAlive || supervisor.groupExists { return .running(since: folder.claimedAt) }
        // It may have written its exit between the two looks.
        if let exit = folder.exit { return .ended(status: exit.status, at: exit.at) }
        return .gone(
            supervisor.isOfThisBoot
                ? "its process ended without leaving an exit status (killed, or out of memory)"
                : "the machine was restarted while it ran")
    }

    deinit {
        for child in children.withLock({ $0 }).values { close(child.watch) }
    }
}
