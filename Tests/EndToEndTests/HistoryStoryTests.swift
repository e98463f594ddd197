import Foundation
import Testing

/// Where did this come from, what did this do: through squash merges, force pushes, renames and reverts.
@Suite struct HistoryStoryTests {
    private func head(_ sandbox: Sandbox, _ name: String = "HEAD") async throws -> String {
        try await sandbox.git("rev-parse", name).output.trimmingCharacters(in: .newlines)
    }

    /// Runs `reconcile`, and expects it to end well.
    private func say(_ sandbox: Sandbox, _ arguments: String...) async throws -> String {
        let outcome = try await sandbox.reconcile(arguments)
        #expect(outcome.status == 0, "\(arguments): \(outcome)")
        return outcome.output
    }

    @Test func twoCommitsARenameAndARevert() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("one")
        try await sandbox.commit("The first, with | a bar, `ticks` and <b>tags</b>")
        try await sandbox.reconcile()
        let first = try await head(sandbox)
        try job.want("one", variant: 2)
        try await sandbox.commit("The second")
        try await sandbox.reconcile()
        let second = try await head(sandbox)
        try await sandbox.git("revert", "--no-edit", "HEAD")
        try await sandbox.reconcile()
        let revert = try await head(sandbox)

        // What did this do?
        let did = try await say(sandbox, "history", first)
        #expect(did.contains("author  Ada") && did.contains("subject  The first, with | a bar"), "\(did)")
        #expect(did.contains("created, new version v1  Job/gated") && did.contains("[manifestAdded]"))
        #expect(did.contains("queued  Run/one  first run of gated@v1 [neverRun]  manifests/one.yaml:1"))
        #expect(did.contains("attempt 1 by here-") && did.contains("image sha256:"))
        #expect(try await say(sandbox, "history", String(first.prefix(7))) == did, "an abbreviation will do")
        #expect(try await say(sandbox, "history", "HEAD~2") == did, "so will what Git can resolve")
        #expect(try await say(sandbox, "history", String(second.prefix(8))).contains("variant 0 → 2"))
        let satisfied = try await say(sandbox, "history", "main")
        #expect(satisfied.contains("satisfied  Run/one") && satisfied.contains("queued by commit \(first.prefix(12))"))

        // Where did this come from?
        let why = try await say(sandbox, "explain", "one")
        #expect(why.contains("[alreadySucceeded]") && why.contains("commit      \(revert.prefix(12))"), "\(why)")
        #expect(why.contains("computed by \(first.prefix(12))") && why.contains("subject     The first, with | a bar"))
        #expect(why.contains("plan        Plan: 3 create, 0 update, 0 delete, 1 run, 0 unchanged, by ada@"))

        // Under another name and in another file it is still the same.
        try await sandbox.git("mv", "manifests/one.yaml", "manifests/uno.yaml")
        try await sandbox.commit("Another file")
        try await sandbox.reconcile()
        #expect(try await say(sandbox, "explain", "one").contains("renamed since to manifests/uno.yaml"))
        try sandbox.edit("manifests/uno.yaml", "name: one", "name: uno")
        try await sandbox.commit("Another name")
        try await sandbox.reconcile()
        let renamed = try await say(sandbox, "explain", "uno")
        #expect(
            renamed.contains("shared      executed as Run/one") && renamed.contains("computed by \(first.prefix(12))"))
        let old = try await say(sandbox, "explain", "Run/one")
        #expect(old.contains("removed     its manifest is gone") && old.contains("subject     Another name"), "\(old)")

        for arguments in [["one"], ["uno"], ["Job/gated"], ["Queue/local"]] {
            let json = try await sandbox.reconcile(["explain"] + arguments + ["-o", "json"])
            #expect(json.status == 0)
            if Sandbox.canValidate {
                #expect(try await sandbox.violations(of: "explanation", in: json.output).isEmpty)
            }
        }
        for arguments in [[first], [second], [revert], ["HEAD"]] {
            let json = try await sandbox.reconcile(["history"] + arguments + ["-o", "json"])
            if Sandbox.canValidate {
                #expect(try await sandbox.violations(of: "commit-history", in: json.output).isEmpty)
            }
        }
    }

    @Test func aSquashMergeAndAForcePushLeaveTheTruthBehind() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try await sandbox.commit("The base")
        try await sandbox.reconcile()
        try await sandbox.git("checkout", "--quiet", "-b", "feature")
        try job.want("one")
        try await sandbox.commit("Work in progress")
        let proposed = try await head(sandbox)
        try await sandbox.reconcile()
        try await sandbox.git("checkout", "--quiet", "main")
        try await sandbox.git("merge", "--quiet", "--squash", "feature")
        try await sandbox.git("commit", "--quiet", "--message", "Squashed")
        try await sandbox.git("branch", "-D", "feature")
        let again = try await sandbox.reconcile()
        #expect(again.output.contains("Nothing to do"), "\(again)")

        let lost = try await say(sandbox, "explain", "one")
        #expect(lost.contains("commit      \(proposed.prefix(12))") && lost.contains("subject     Work in progress"))
        #expect(lost.contains("no branch and no tag leads to it any more"), "\(lost)")
        #expect(try await say(sandbox, "history", "main").contains("Nothing is recorded that it caused."))

        // Cleaned up, as on a fresh clone after a force push, Git knows nothing of it; the record does.
        try await sandbox.git("reflog", "expire", "--expire=now", "--all")
        try await sandbox.git("gc", "--quiet", "--prune=now")
        let gone = try await say(sandbox, "explain", "one")
        #expect(gone.contains("it is not in this repository: rewritten, or not fetched"), "\(gone)")
        #expect(gone.contains("author      Ada") && gone.contains("as recorded when it was applied"))
        let did = try await say(sandbox, "history", String(proposed.prefix(10)))
        #expect(did.contains("queued  Run/one") && did.contains("it is not in this repository"))
    }

    @Test func byActorByTimeAndByObject() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("one")
        try await sandbox.commit("The first")
        _ = try await sandbox.reconcile([], environment: ["USER": "grace"])
        try job.want("two", variant: 2)
        try await sandbox.commit("The second")
        try await sandbox.reconcile()
        let all = try await say(sandbox, "history").split(separator: "\n").count
        let grace = try await say(sandbox, "history", "--actor", "GRACE@").split(separator: "\n")
        #expect(!grace.isEmpty && grace.count < all && grace.allSatisfy { $0.contains("grace@") })
        #expect(try await say(sandbox, "history", "--actor", "nobody").isEmpty)
        #expect(try await say(sandbox, "history", "--since", "1h").split(separator: "\n").count == all)
        #expect(try await say(sandbox, "history", "--since", "7d", "--until", "2w").isEmpty)
        #expect(try await say(sandbox, "history", "--until", "2020-01-01").isEmpty)
        #expect(
            try await say(sandbox, "history", "--since", "2020-01-01T00:00:00Z", "--limit", "2")
                .split(separator: "\n").count == 2)
        let object = try await say(sandbox, "history", "Run/two").split(separator: "\n")
        #expect(!object.isEmpty && object.allSatisfy { $0.contains("Run/two") })
        #expect(try await say(sandbox, "history", "two") == (try await say(sandbox, "history", "Run/two")))
        let both = try await say(sandbox, "history", "HEAD", "--actor", "ada").split(separator: "\n")
        #expect(!both.isEmpty && both.count < all)
        if Sandbox.canValidate {
            for arguments in [[], ["--actor", "nobody"], ["--limit", "3"]] {
                let json = try await sandbox.reconcile(["history", "-o", "json"] + arguments)
                #expect(try await sandbox.violations(of: "history", in: json.output).isEmpty)
            }
        }
        for bad in [["--since", "yesterday"], ["--limit", "-1"], ["one", "--verify"]] {
            #expect(try await sandbox.reconcile(["history"] + bad).status == 64, "\(bad)")
        }
        for unknown in ["no-such-thing", "--end-of-options", "ffff", "x^{commit}", "HEAD:manifests"] {
            let outcome = try await sandbox.reconcile("history", "--", unknown)
            #expect(outcome.status == 1 && outcome.errors.contains("SLW8070"), "\(unknown): \(outcome)")
        }
    }

    @Test func markdownIsSafeWhateverACommitIsCalled() async throws {
        let sandbox = try await Sandbox()
        try GatedJob(in: sandbox).want("one")
        try await sandbox.commit("</td>|`` @everyone <img src=x onerror=alert(1)> [a](http://evil.example) \u{202E}")
        _ = try await sandbox.reconcile([], environment: ["USER": "eve|`<script>"])
        for arguments in [["history"], ["history", "HEAD"], ["explain", "one"]] {
            let page = try await say2(sandbox, arguments + ["-o", "markdown"])
            #expect(!page.contains("\u{202E}") && !page.contains("\u{1B}"))
            for line in page.split(separator: "\n") {
                let outside = Self.outsideOfCode(String(line))
                for sign in ["<script", "<img", "@everyone", "](", "onerror"] {
                    #expect(!outside.contains(sign), "\(sign) in \(line)")
                }
            }
        }
    }

    private func say2(_ sandbox: Sandbox, _ arguments: [String]) async throws -> String {
        let outcome = try await sandbox.reconcile(arguments)
        #expect(outcome.status == 0, "\(arguments): \(outcome)")
        return outcome.output
    }

    /// A line without its code spans (CommonMark 6.1).
    private static func outsideOfCode(_ line: String) -> String {
        var result = ""
        var rest = line[...]
        while let start = rest.firstIndex(of: "`") {
            result += rest[..<start]
            let fence = rest[start...].prefix { $0 == "`" }
            var search = rest[fence.endIndex...]
            var end: String.Index?
            while let tick = search.firstIndex(of: "`") {
                let run = search[tick...].prefix { $0 == "`" }
                search = search[run.endIndex...]
                if run.count == fence.count {
                    end = run.endIndex
                    break
                }
            }
            guard let end else { return result + rest[start...] }
            rest = rest[end...]
        }
        return result + rest
    }

    @Test func everyFindingIsToldAndTheFirstOneFirst() async throws {
        let sandbox = try await Sandbox()
        try GatedJob(in: sandbox).want("one")
        try await sandbox.commit()
        try await sandbox.reconcile()
        let edited = try await sandbox.python(
            """
            import sqlite3
            state = sqlite3.connect(".slipway/state.db")
            state.execute("UPDATE events SET actor = 'eve' WHERE sequence IN (3, 6)")
            state.execute("DELETE FROM events WHERE sequence = 8")
            state.commit()
            """)
        #expect(edited.status == 0, "\(edited)")
        let told = try await sandbox.reconcile("history", "--verify")
        #expect(told.status == 1 && told.errors.contains("the first bad event is 3: it was changed"), "\(told)")
        #expect(
            told.errors.contains("event 6: it was changed") && told.errors.contains("event 8: event 8 is not there"))
        let json = try await sandbox.reconcile("history", "--verify", "-o", "json")
        #expect(json.status == 1 && json.output.contains("\"firstBad\": 3"), "\(json)")
        if Sandbox.canValidate {
            #expect(try await sandbox.violations(of: "verification", in: json.output).isEmpty)
        }
    }
}
