import Foundation
import Support
import Testing

/// Housekeeping removes what nothing needs, says so before, and is in nobody's way.
@Suite(.timeLimit(.minutes(10))) struct GcTests {
    private struct Document: Decodable {
        struct Item: Decodable, Hashable {
            var kind: String
            var path: String
            var bytes: Int64
            var reason: String
        }

        var dryRun: Bool
        var bytes: Int64
        var items: [Item]
    }

    /// Lets everything below `.slipway/` have been used last so many days ago; the record too.
    private func age(_ sandbox: Sandbox, days: Int = 3) async throws {
        let folders = [".slipway/images", ".slipway/cache", ".slipway/runs"].filter(sandbox.exists)
        let aged = try await sandbox.run(
            "/usr/bin/find", folders + ["-exec", "touch", "-h", "-d", "-\(days) days", "{}", "+"])
        try #require(aged.status == 0, "\(aged)")
    }

    private func gc(_ sandbox: Sandbox, _ arguments: String...) async throws -> Document {
        let outcome = try await sandbox.reconcile(["gc", "-o", "json"] + arguments)
        try #require(outcome.status == 0, "\(outcome)")
        if Sandbox.canValidate { #expect(try await sandbox.violations(of: "gc", in: outcome.output) == "") }
        return try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8))
    }

    private func blobs(_ sandbox: Sandbox) -> Set<String> { Set(sandbox.files(below: ".slipway/images/blobs/sha256")) }

    /// The blobs that images are made of, without what is said of them, which is said anew now and then.
    private func parts(_ sandbox: Sandbox) throws -> Set<String> {
        struct Descriptor: Decodable { var digest: String }
        struct Manifest: Decodable {
            var config: Descriptor
            var layers: [Descriptor]
            var subject: Descriptor?
        }
        var found: Set<String> = []
        for name in blobs(sandbox) {
            let path = "\(sandbox.repository)/.slipway/images/blobs/sha256/\(name)"
            let bytes = FileManager.default.contents(atPath: path) ?? Data()
            guard let manifest = try? JSONDecoder().decode(Manifest.self, from: bytes), manifest.subject == nil else {
                continue
            }
            found.insert(name)
            for part in [manifest.config] + manifest.layers { found.insert(String(part.digest.dropFirst(7))) }
        }
        return found
    }

    /// A repository with a job of which one version is recorded and another was only built.
    private func sandbox() async throws -> (Sandbox, GatedJob) {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("one")
        try await sandbox.commit()
        #expect(try await sandbox.reconcile().status == 0)
        return (sandbox, job)
    }

    private func build(_ sandbox: Sandbox, variant: Int) async throws {
        try sandbox.write("jobs/gated/extra.txt", "\(variant)\n")
        let built = try await sandbox.reconcile("build", "gated")
        #expect(built.status == 0, "\(built)")
    }

    @Test func aDryRunSaysWhatIsRemovedAndNothingNeededIs() async throws {
        let (sandbox, _) = try await sandbox()
        let needed = try parts(sandbox)
        // Two builds that nobody applied: the second takes the name from the first.
        try await build(sandbox, variant: 1)
        let afterFirst = try parts(sandbox)
        try await build(sandbox, variant: 2)
        let named = try parts(sandbox).subtracting(afterFirst)
        try sandbox.write(".slipway/cache/scratch/123/left", "over")
        try sandbox.write(".slipway/images/staging/9.tmp", "half")
        let commit = String(repeating: "a", count: 40)
        try sandbox.write(".slipway/cache/commits/\(commit)/.git-export", commit)
        try sandbox.write(".slipway/cache/commits/\(commit).1f/half", "a draft of an export")
        #expect(try await gc(sandbox, "--dry-run").items.isEmpty, "what is young stays")
        try await age(sandbox)
        let all = blobs(sandbox)
        let dry = try await gc(sandbox, "--dry-run")
        #expect(dry.dryRun && blobs(sandbox) == all)
        let real = try await gc(sandbox)
        #expect(real.items == dry.items && real.bytes == dry.bytes && !real.dryRun)
        #expect(Set(real.items.map(\.kind)) == ["blob", "record", "remains", "export"])
        #expect(real.items.count { $0.kind == "export" } == 2)
        #expect(try parts(sandbox) == needed.union(named), "only what the first build alone made is gone")
        #expect(real.items.allSatisfy { !FileManager.default.fileExists(atPath: $0.path) })
        #expect(try await gc(sandbox).items.isEmpty, "once is enough")

        // The next apply of what is committed builds nothing.
        try sandbox.remove("jobs/gated/extra.txt")
        let next = try await sandbox.reconcile()
        #expect(next.status == 0 && next.output.contains("Nothing to do"), "\(next)")
        #expect(try await sandbox.reconcile("reproduce", "one").status == 0)
        let text = try await sandbox.reconcile("gc")
        #expect(text.output == "Nothing to remove\n", "\(text)")
    }

    @Test func imagesOfOldVersionsGoWhereThatIsSaidAndComeBack() async throws {
        let (sandbox, job) = try await sandbox()
        let first = try parts(sandbox)
        try sandbox.write("jobs/gated/extra.txt", "2\n")
        try await sandbox.commit()
        #expect(try await sandbox.reconcile().status == 0)
        try job.want("pinned", variant: 7)
        try sandbox.edit("manifests/pinned.yaml", "job: gated", "job: gated@v1")
        try await age(sandbox)
        let all = try parts(sandbox)
        _ = try await gc(sandbox)
        #expect(try parts(sandbox) == all, "images that the record names stay")
        // By the record it was used a moment ago.
        #expect(try await gc(sandbox, "--images-older-than", "1").items.isEmpty)
        let moved = try await sandbox.python(
            """
            import sqlite3, sys
            state = sqlite3.connect(sys.argv[1])
            state.execute("UPDATE images SET built_at = built_at - 864000000")
            for moment in ["created_at", "ended_at"]:
                state.execute(f"UPDATE attempts SET {moment} = {moment} - 864000000")
            state.commit()
            """, "\(sandbox.repository)/.slipway/state.db")
        try #require(moved.status == 0, "\(moved)")
        let gone = try await gc(sandbox, "--images-older-than", "5")
        #expect(gone.items.contains { $0.reason.hasPrefix("the image of gated@v1, last used") }, "\(gone)")
        #expect(try !first.isSubset(of: parts(sandbox)))
        // A run that wants that version now gets it again.
        try await sandbox.commit()
        let next = try await sandbox.reconcile()
        #expect(next.status == 0, "\(next)")
        #expect(try first.isSubset(of: parts(sandbox)), "it is the same again")
    }

    @Test func theFilesOfFinishedAttemptsGoWhereThatIsSaid() async throws {
        let (sandbox, _) = try await sandbox()
        #expect(try await sandbox.reconcile("reproduce", "one").status == 0)
        let logs = try await sandbox.reconcile("logs", "one").output
        let moved = try await sandbox.python(
            """
            import sqlite3, sys
            state = sqlite3.connect(sys.argv[1])
            state.execute("UPDATE attempts SET ended_at = ended_at - 864000000")
            state.commit()
            """, "\(sandbox.repository)/.slipway/state.db")
        try #require(moved.status == 0, "\(moved)")
        #expect(try await gc(sandbox).items.isEmpty)
        let gone = try await gc(sandbox, "--work")
        #expect(gone.items.map(\.kind) == ["work"] && gone.items.allSatisfy { $0.path.hasSuffix("/1/work") }, "\(gone)")
        #expect(try await sandbox.reconcile("logs", "one").output == logs)
        #expect(try await sandbox.reconcile("reproduce", "one").status == 0)
    }

    @Test func withoutARecordNothingIsRemoved() async throws {
        let sandbox = try await Sandbox()
        _ = try GatedJob(in: sandbox)
        try await sandbox.commit()
        #expect(try await sandbox.reconcile("build", "gated").status == 0)
        try await age(sandbox)
        let all = blobs(sandbox)
        let refused = try await sandbox.reconcile("gc")
        #expect(refused.status == 1 && blobs(sandbox) == all, "\(refused)")
        for wrong in [["--keep-days", "0"], ["--images-older-than", "0"], ["--keep-days", "x"]] {
            #expect(try await sandbox.reconcile(["gc"] + wrong).status == 64)
        }
    }

    /// Builds in other processes while everything that is not needed is removed again and again, also by one that is
    /// killed: every image that a build says it has made is whole.
    @Test func buildsGoOnBesideItAndItMayBeKilled() async throws {
        let (sandbox, _) = try await sandbox()
        let needed = try parts(sandbox)
        for round in 1...6 {
            // What is there from the round before is old, so that builds count on what may just be removed.
            try await age(sandbox)
            try sandbox.write("jobs/gated/extra.txt", "\(round % 2)\n")
            async let built = sandbox.reconcile("build", "gated", "-o", "json")
            let collector = try await sandbox.start("gc")
            if round.isMultiple(of: 3) {
                collector.signal(SIGKILL)
                _ = try await collector.end()
            } else {
                let outcome = try await collector.end()
                #expect(outcome.status == 0, "\(outcome)")
            }
            let outcome = try await built
            #expect(outcome.status == 0, "\(outcome)")
            struct Built: Decodable { var digest: String }
            let digest = try JSONDecoder().decode(Built.self, from: Data(outcome.output.utf8)).digest
            let unpacked = try await sandbox.reconcile("image", "diff", digest, digest, "-o", "json")
            #expect(unpacked.status == 0, "\(unpacked)")
            #expect(try needed.isSubset(of: parts(sandbox)))
        }
        try await age(sandbox)
        #expect(try await sandbox.reconcile("gc").status == 0, "the lock of one that was killed is in nobody's way")
        try sandbox.remove("jobs/gated/extra.txt")
        let next = try await sandbox.reconcile()
        #expect(next.status == 0 && next.output.contains("Nothing to do"), "\(next)")
    }
}
