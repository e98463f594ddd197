import Foundation
import Images
import Manifests
import Records
import YAML

extension LocalContainerEngine {
    public func cancel(_ reference: SubmissionReference, grace: Duration) async throws {
        switch await observe(reference) {
        case .running: break
        case .unreachable(let why):
            throw Diagnostic.engineUnreachable(
                ContainerFolder(reference.folder).note?.tool ?? "the container tool", why)
        case .absent, .waiting, .ended, .failed, .gone, .elsewhere: return
        }
        let folder = ContainerFolder(reference.folder)
        let name = ContainerIdentity(reference).name
        guard var note = folder.note, let tool = note.buildTool else { return }
        let client = try client(tool)
        do {
            guard let state = try await live(reference, client) else { return }
            note.isStopped = true
            try folder.write(note)
            // What is paused hears of no signal.
            if state.status == "paused" { _ = await client.unpause(state.id) }
            var said = await client.signal(state.id, "TERM")
            if try await isOver(reference, client, within: grace) { return }
            said = await client.signal(state.id, "KILL")
            if try await isOver(reference, client, within: .seconds(10)) { return }
            switch said {
            case .done: throw Diagnostic.containerNotCancelled(name, "it was given ten seconds")
            case .refused(let why): throw Diagnostic.containerNotCancelled(name, why)
            case .unclear(let why): throw ContainerSilence(why: why)
            }
        } catch let silence as ContainerSilence {
            throw silence.diagnostic(client)
        }
    }

    /// The attempt's container, if it runs and is Slipway's.
    private func live(
        _ reference: SubmissionReference, _ client: ContainerClient
    ) async throws(ContainerSilence) -> ContainerState? {
        let identity = ContainerIdentity(reference)
        guard let state = try await client.inspect([identity.name])[identity.name], identity.isOf(state) else {
            return nil
        }
        return state.phase == .live ? state : nil
    }

    private func isOver(
        _ reference: SubmissionReference, _ client: ContainerClient, within time: Duration
    ) async throws(ContainerSilence) -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now + time
        var milliseconds = 20
        while try await live(reference, client) != nil {
            guard clock.now < deadline else { return false }
            await pause(milliseconds: milliseconds)
            milliseconds = min(milliseconds * 2, 500)
        }
        return true
    }

    public func discard(_ reference: SubmissionReference) async {
        // The last thing that is done for an attempt, often while everything else is ending.
        await Task { await removeContainer(of: reference) }.value
    }

    private func removeContainer(of reference: SubmissionReference) async {
        let folder = ContainerFolder(reference.folder)
        let identity = ContainerIdentity(reference)
        // How it ended is known from here on without the container.
        switch await observe(reference) {
        case .absent, .ended, .failed, .gone: break
        case .waiting, .running, .elsewhere, .unreachable: return
        }
        guard let tool = folder.note?.buildTool, let client = try? client(tool),
            let state = try? await client.inspect([identity.name])[identity.name], identity.isOf(state)
        else { return }
        // Without force: what runs after all stays.
        if state.phase == .created || (state.phase == .over && folder.note?.end != nil) {
            _ = await client.remove(state.id)
        }
    }
}
