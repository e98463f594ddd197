import Foundation
import YAML

extension Repository {
    /// Where the notes are; `git log --notes=slipway` shows them.
    static let notesRef = "refs/notes/slipway"
    /// How often somebody else may be quicker.
    private static let mostTries = 12

    /// Notes are written by whoever applies, who need not have told Git a name.
    private static let identity = [
        "GIT_AUTHOR_NAME": "Slipway", "GIT_AUTHOR_EMAIL": "slipway@localhost", "GIT_COMMITTER_NAME": "Slipway",
        "GIT_COMMITTER_EMAIL": "slipway@localhost",
    ]

    /// Writes the note on a commit in place of the one that is there.
    ///
    /// `git notes` itself does not look whether somebody else has written in between, and would drop their note. So it
    /// works on a ref of its own, which then takes the place of the real one only if that is still what it began with.
    func writeNote(_ text: String, on commit: String, unique: String) async throws {
        let old = try await git(["notes", "--ref=\(Self.notesRef)", "show", commit], mayFail: true)
        // A note that says the same already is left alone, so that its history does not grow with every apply.
        guard old != text else { return }
        try await changeNotes(unique: unique) { scratch in
            let file = FileManager.default.temporaryDirectory.appendingPathComponent(
                "slipway-note-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: file) }
            do { try Data(text.utf8).write(to: file) } catch {
                throw Diagnostic.notesNotWritten((error as NSError).localizedDescription)
            }
            _ = try await git(
                ["notes", "--ref=\(scratch)", "add", "--force", "--file=\(file.path)", commit],
                environment: Self.identity)
        }
    }

    /// Pushes the notes. Where somebody else pushed theirs meanwhile, both are kept; on one commit, ours is.
    func pushNotes(to remote: String, unique: String) async throws {
        guard !remote.hasPrefix("-") else { throw Diagnostic.notesNotPushed(remote, "no remote is named so") }
        let theirs = "refs/notes/slipway-theirs-\(unique)"
        for _ in 1...Self.mostTries {
            if await succeeds(["push", "--quiet", "--end-of-options", remote, "\(Self.notesRef):\(Self.notesRef)"]) {
                return
            }
            do {
                _ = try await git(
                    ["fetch", "--quiet", "--no-tags", "--end-of-options", remote, "+\(Self.notesRef):\(theirs)"])
            } catch let fault as Diagnostic {
                throw Diagnostic.notesNotPushed(remote, fault.message)
            }
            do {
                try await changeNotes(unique: unique) { scratch in
                    _ = try await git(
                        ["notes", "--ref=\(scratch)", "merge", "--quiet", "--strategy=ours", theirs],
                        environment: Self.identity)
                }
            } catch {
                _ = await succeeds(["update-ref", "-d", theirs])
                throw error
            }
            _ = await succeeds(["update-ref", "-d", theirs])
        }
        throw Diagnostic.notesNotPushed(remote, "others were quicker \(Self.mostTries) times")
    }

    /// Changes the notes as one step: on a ref of its own first, and again from the start where somebody was quicker.
    private func changeNotes(unique: String, _ change: (_ scratch: String) async throws -> Void) async throws {
        for attempt in 1...Self.mostTries {
            let scratch = "refs/notes/slipway-draft-\(unique)-\(attempt)"
            let before = try await objectName(of: Self.notesRef)
            if let before { _ = try await git(["update-ref", scratch, before]) }
            do {
                try await change(scratch)
                let after = try await objectName(of: scratch)
                _ = await succeeds(["update-ref", "-d", scratch])
                guard let after, after != before else { return }
                let isOurs = await succeeds(
                    ["update-ref", "-m", "slipway", Self.notesRef, after, before ?? ""])
                if isOurs { return }
            } catch {
                _ = await succeeds(["update-ref", "-d", scratch])
                throw error
            }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 5...40) * attempt))
        }
        throw Diagnostic.notesNotWritten("others were quicker \(Self.mostTries) times")
    }

    private func objectName(of ref: String) async throws -> String? {
        let text = try await git(["rev-parse", "--verify", "--quiet", "--end-of-options", ref], mayFail: true)
        let id = text.split(separator: "\n").last.map(String.init) ?? ""
        return Self.isObjectName(id) ? id : nil
    }

    private func succeeds(_ arguments: [String]) async -> Bool {
        do {
            _ = try await git(arguments)
            return true
        } catch {
            return false
        }
    }
}
