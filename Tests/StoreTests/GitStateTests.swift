import Foundation
import Manifests
import Records
import Support
import Testing
import YAML

@testable import Store

/// A branch of a bare repository and the clones that use it.
final class GitGround: Sendable {
    let folder: TestWorkspace

    init() throws { folder = try TestWorkspace("git-state") }

    func place(_ clone: String = "clone") throws -> GitPlace { try folder.gitPlace(clone: clone) }

    func open(_ clone: String = "clone") throws -> StateStore { try StateStore(.git(try place(clone))) }

    @discardableResult
    func remote(_ arguments: String...) throws -> String { try folder.git(arguments, in: "remote.git") }

    var tip: String { get throws { try remote("rev-parse", GitPlace.standardRef) } }

    /// A hook of the remote.
    func hook(_ name: String, _ lines: String) throws { try folder.script("remote.git/hooks/\(name)", lines) }

    /// All rows of a record, without those that are a place's own.
    func rows(_ store: StateStore) async throws -> [String] {
        try await store.read { snapshot in
            var lines: [String] = []
            try snapshot.export { lines.append($0.canonicalText) }
            return lines.filter { !$0.contains("\"movedTo\"") }.dropFirst().map { $0 }
        }
    }

    /// Changes the branch as a person would: in a checkout, with a commit.
    func edit(_ message: String = "Mend it", _ change: (String) throws -> Void) throws {
        let name = "editor-\(UUID().uuidString)"
        try folder.git(["clone", "--quiet", "--branch", "slipway/state", "remote.git", name])
        try change(name)
        try folder.git(["add", "--all"], in: name)
        try folder.git(["commit", "--quiet", "-m", message], in: name)
        try folder.git(["push", "--quiet", "origin", "HEAD:\(GitPlace.standardRef)"], in: name)
    }

    /// The trailers of the newest commit, as somebody would copy them who wants to go unnoticed.
    var forgedMessage: String { get throws { try remote("log", "-1", "--format=%B", GitPlace.standardRef) } }
}

extension StateStore {
    func note(_ text: String) async throws {
        try await write { try $0.append([EventDraft(.applyStarted, cause: text)]) }
    }

    func notes() async throws -> [String] { try await read { try $0.events().map(\.cause) } }
}

@Suite struct GitStateTests {
    private let ground: GitGround

    init() throws { ground = try GitGround() }

    /// Files, and rows again: every column of every table comes back as it was, in another clone.
    @Test func everyRowComesBackFromItsFile() async throws {
        let path = "\(ground.folder.path)/from.db"
        try await WholeRecord.make(at: path)
        let source = try StateStore(sqlite: path)
        let before = try await ground.rows(source)
        _ = try await source.move(to: try ground.open("one"), at: .start + .seconds(31))
        #expect(try await ground.rows(ground.open("one")) == before)
        #expect(try await ground.rows(ground.open("two")) == before)
        #expect(try await ground.open("two").read { try $0.check() }.isClean)
        let files = try ground.remote("ls-tree", "-r", "--name-only", GitPlace.standardRef).split(separator: "\n")
        #expect(files.contains("objects/Queue/default/local.json") && files.contains("jobs/default/train/v1.json"))
        #expect(files.count { $0.hasPrefix("runs/") } == 12)
    }

    @Test func aStepIsACommitThatSaysWhatWasDone() async throws {
        let store = try ground.open()
        try await store.write { transaction in
            try transaction.append([
                EventDraft(.applyStarted, cause: "all", details: ["create": 2, "run": 3, "unchanged": 5]),
                EventDraft(.objectCreated, subject: "Queue/default/local", cause: "manifests/a\u{1B}b.yaml:4"),
            ])
        }
        let message = try ground.remote("log", "-1", "--format=%an%n%B", GitPlace.standardRef)
        let head = try await store.read { try $0.events() }.last
        for part in [
            "ada@laptop", "Reconcile abababa: 2 create, 3 run",
            "object.created Queue/default/local: manifests/a b.yaml:4",
            "Slipway-Revision: \(String(repeating: "ab", count: 20))", "Slipway-Actor: ada@laptop",
            "Slipway-Chain: 2 \(head?.hash ?? "")",
        ] { #expect(message.contains(part), "\(message)") }
    }

    @Test(
        arguments: [
            (Revision(commit: String(repeating: "cd", count: 20), isDirty: true), "Reconcile cdcdcdc+changes: 1 run"),
            (Revision(commit: nil, isDirty: true), "Reconcile uncommitted files: 1 run"),
            (Revision.none, "Reconcile: 1 run"),
        ]) func itsFirstLineNamesTheRevision(_ revision: Revision, _ subject: String) async throws
    {
        let store = try ground.open()
        try await store.write(as: Provenance(revision: revision, actor: "ada <x> y\n"), at: .start) { transaction in
            try transaction.append([EventDraft(.applyStarted, details: ["run": 1])])
        }
        let said = try ground.remote("log", "-1", "--format=%s|%an", GitPlace.standardRef)
        #expect(said == "\(subject)|ada x y")
    }

    /// Whoever writes at the same time as another does its step again on what the other left.
    @Test func nothingIsLostBetweenClones() async throws {
        let stores = try (0..<3).map { try ground.open("clone-\($0)") }
        try await withThrowingTaskGroup { group in
            for (number, store) in stores.enumerated() {
                group.addTask { for step in 0..<5 { try await store.note("\(number).\(step)") } }
            }
            try await group.waitForAll()
        }
        let notes = try await ground.open("reader").notes()
        #expect(notes.count == 15 && Set(notes).count == 15)
        for number in 0..<3 {
            #expect(notes.filter { $0.hasPrefix("\(number).") } == (0..<5).map { "\(number).\($0)" })
        }
        #expect(try await ground.open("reader").read { try $0.verifyEvents() }.fault == nil)
    }

    /// The remote took it, and died before it could say so.
    @Test func anAnswerThatIsLostIsLookedUp() async throws {
        let store = try ground.open()
        try await store.note("first")
        try ground.hook("post-receive", "kill -9 $PPID")
        try await store.note("second")
        try ground.folder.remove("remote.git/hooks/post-receive")
        try await store.note("third")
        #expect(try await ground.open("other").notes() == ["first", "second", "third"])
    }

    @Test func whatTheRemoteRefusesIsNotThere() async throws {
        let store = try ground.open()
        try await store.note("first")
        try ground.hook("pre-receive", "echo no state here >&2; exit 1")
        let refusal = await code { try await store.note("second") }
        #expect(refusal == "SLW4045")
        #expect(try await store.notes() == ["first"])
        try ground.folder.remove("remote.git/hooks/pre-receive")
        try await store.note("third")
        #expect(try await ground.open("other").notes() == ["first", "third"])
    }

    /// The working copy is a convenience: whoever has the branch has the record.
    @Test(arguments: ["removed", "damaged", "old"]) func aWorkingCopyIsMadeAgain(_ fate: String) async throws {
        let store = try ground.open()
        try await store.note("first")
        let folder = "clone/.slipway/git/state"
        switch fate {
        case "removed": try ground.folder.remove(folder)
        case "damaged":
            for file in ["state.db", "state.db-wal"] { try ground.folder.write("\(folder)/\(file)", "nonsense") }
        default:
            // As a crash between a push and what is kept here leaves it: the branch is a step ahead.
            try ground.folder.git(["clone", "--quiet", "remote.git", "elsewhere"])
            try await ground.open("elsewhere").note("second")
        }
        let again = try ground.open()
        try await again.note("last")
        #expect(
            try await ground.open("reader").notes()
                == (fate == "old" ? ["first", "second", "last"] : ["first", "last"]))
    }

    @Test func aShallowCloneDoesToo() async throws {
        try await ground.open().note("first")
        try ground.folder.write("clone/file", "text")
        try ground.folder.git(["add", "file"], in: "clone")
        try ground.folder.git(["commit", "--quiet", "-m", "One"], in: "clone")
        try ground.folder.git(["commit", "--quiet", "--allow-empty", "-m", "Two"], in: "clone")
        try ground.folder.git(["push", "--quiet", "origin", "HEAD:main"], in: "clone")
        let url = "file://\(ground.folder.path)/remote.git"
        try ground.folder.git(["clone", "--quiet", "--depth", "1", "--branch", "main", url, "shallow"])
        let shallow = try ground.open("shallow")
        try await ground.open().note("second")
        try await shallow.note("third")
        try await ground.open().note("fourth")
        try await shallow.note("fifth")
        #expect(try await ground.open("reader").notes() == ["first", "second", "third", "fourth", "fifth"])
        #expect(try ground.folder.git(["rev-list", "--count", "HEAD"], in: "shallow") == "1")
    }

    @Test func aHeartbeatIsNoCommit() async throws {
        let store = try ground.open()
        try await store.write { transaction in
            try transaction.write(AgentRecord.sample("a"))
            try transaction.append([EventDraft(.agentStarted, details: ["agent": "a"])])
        }
        let tip = try ground.tip
        let later = Timestamp.start + .seconds(20)
        try await store.write(at: later) { try $0.heartbeat("a", leaseDuration: .seconds(30)) }
        #expect(try ground.tip == tip)
        #expect(try await store.read { try $0.agent("a") }?.heartbeatAt == later)
        // It is not forgotten when somebody else's step is taken over, though that knows an older one.
        try await ground.open("other").note("meanwhile")
        try await store.note("next")
        #expect(try await store.read { try $0.agent("a") }?.heartbeatAt == later)
    }

    @Test func aPastIsMadeShortAndTheChainStays() async throws {
        let (store, other) = (try ground.open(), try ground.open("other"))
        for number in 0..<5 { try await store.note("\(number)") }
        _ = try await other.notes()
        let report = try #require(try await store.compact())
        #expect(report.commits == 6 || report.commits == 5)
        #expect(try ground.remote("rev-list", "--count", GitPlace.standardRef) == "1")
        try await other.note("after")
        try await store.note("last")
        let notes = try await ground.open("reader").notes()
        #expect(notes == ["0", "1", "2", "3", "4", "after", "last"])
        #expect(try await ground.open("reader").read { try $0.verifyEvents() }.fault == nil)
    }

    @Test func manyEventsAreInManyFilesAndReadAgain() async throws {
        let store = try ground.open()
        for part in 0..<5 {
            try await store.write { transaction in
                try transaction.append((0..<150).map { EventDraft(.applyStarted, cause: "\(part).\($0)") })
            }
        }
        let files = try ground.remote("ls-tree", "-r", "--name-only", GitPlace.standardRef, "events/")
        #expect(files.split(separator: "\n").count == 4, "\(files)")
        let reader = try ground.open("reader")
        #expect(try await reader.notes() == store.notes())
        #expect(try await reader.read { try $0.verifyEvents() }.count == 750)
    }
}

/// What somebody else did to the branch is noticed, and nothing is built upon it.
@Suite struct GitTamperingTests {
    private let ground: GitGround

    init() async throws {
        ground = try GitGround()
        let store = try ground.open()
        try await store.write { transaction in
            try transaction.write(AgentRecord.sample("a"))
            try transaction.append([EventDraft(.agentStarted, details: ["agent": "a"])])
        }
        try await store.note("first")
    }

    private func refusal(_ clone: String) async -> DiagnosticCode? {
        await code { try await self.ground.open(clone).note("more") }
    }

    @Test(arguments: ["clone", "fresh"]) func anEditByHand(_ clone: String) async throws {
        try ground.edit { try ground.folder.write("\($0)/agents/a.json", "{}") }
        #expect(await refusal(clone) == .branchEdited)
        #expect(await refusal(clone) == .branchEdited, "asked again, it says so again")
    }

    /// Those who copy the last lines of a commit's message still have to make everything fit together.
    @Test(arguments: ["event", "lastEvent", "gone", "summary", "garbage", "extra", "count"], ["clone", "fresh"])
    func aForgery(_ kind: String, _ clone: String) async throws {
        let events = "events/00000/0000000001.jsonl"
        try ground.edit(ground.forgedMessage) { editor in
            let text = ground.folder.text("\(editor)/\(events)") ?? ""
            let lines = text.split(separator: "\n")
            switch kind {
            case "event":
                try ground.folder.write("\(editor)/\(events)", text.replacing("agent.started", with: "agent.stopped"))
            case "lastEvent":
                try ground.folder.write("\(editor)/\(events)", lines.dropLast().joined(separator: "\n") + "\n")
            case "gone": try ground.folder.remove("\(editor)/\(events)")
            case "summary": try ground.folder.remove("\(editor)/state.json")
            case "garbage": try ground.folder.write("\(editor)/agents/a.json", "{\"id\": ")
            case "extra": try ground.folder.write("\(editor)/tools/x.sh", "echo")
            default: try ground.folder.remove("\(editor)/agents/a.json")
            }
        }
        let code = await refusal(clone)
        #expect(
            code == .branchEdited || (kind == "summary" && code == "SLW4046"), "\(kind): \(String(describing: code))")
    }

    @Test func aBranchThatIsGone() async throws {
        let tip = try ground.tip
        try ground.remote("update-ref", "-d", GitPlace.standardRef)
        let refusal = await #expect(throws: Diagnostic.self) { try await ground.open().note("more") }
        #expect(refusal?.code == "SLW4048" && refusal?.remedy?.contains(tip) == true, "\(String(describing: refusal))")
        // The remedy works as it stands.
        try ground.folder.git(["push", "--quiet", "origin", "\(tip):\(GitPlace.standardRef)"], in: "clone")
        try await ground.open().note("second")
        #expect(try await ground.open("reader").notes().suffix(2) == ["first", "second"])
    }

    @Test func aBranchThatIsAnother() async throws {
        let old = try ground.tip
        try ground.remote("update-ref", GitPlace.standardRef, "\(old)~1")
        #expect(await refusal("clone") == "SLW4049", "an earlier commit is no continuation")
        let other = try GitGround()
        try await other.open().note("of another record")
        try ground.remote(
            "fetch", "--quiet", "\(other.folder.path)/remote.git", "+\(GitPlace.standardRef):\(GitPlace.standardRef)")
        #expect(await refusal("clone") == "SLW4049")
        try ground.remote("update-ref", GitPlace.standardRef, old)
        try await ground.open().note("second")
    }

    @Test func aBranchOfSomethingElse() async throws {
        let ground = try GitGround()
        _ = try ground.place()
        try ground.folder.write("clone/README.md", "a program")
        try ground.folder.git(["add", "--all"], in: "clone")
        try ground.folder.git(["commit", "--quiet", "-m", "Begin"], in: "clone")
        try ground.folder.git(["push", "--quiet", "origin", "HEAD:\(GitPlace.standardRef)"], in: "clone")
        #expect(await code { try await ground.open().note("more") } == "SLW4046")
    }

    @Test func aNewerForm() async throws {
        let ground = try GitGround()
        try await ground.open().note("first")
        try ground.edit(ground.forgedMessage) { editor in
            let text = ground.folder.text("\(editor)/state.json") ?? ""
            let newer = text.replacing(#/"schema": \d+/#, with: "\"schema\": 99")
            try ground.folder.write("\(editor)/state.json", newer)
        }
        let tip = try ground.tip
        #expect(await code { try await ground.open("fresh").note("more") } == "SLW4008")
        #expect(try ground.tip == tip, "what a newer version wrote is left alone")
    }

    /// Where the remote is, what it is, and whether it lets somebody in.
    @Test(arguments: [
        ("/nonexistent/repository", DiagnosticCode("SLW4044")), ("https://127.0.0.1:1/x.git", "SLW4020"),
        ("nowhere", "SLW4044"), ("ssh://127.0.0.1:1/x.git", "SLW4020"),
    ]) func aRemoteThatIsNotThere(_ remote: String, _ expected: DiagnosticCode) async throws {
        var place = try ground.place("other")
        place.remote = remote
        #expect(await code { _ = try StateStore(.git(place)) } == expected)
    }

    @Test func namesAreOnePartOfAPath() {
        let names: [(String, String)] = [
            ("train", "train"), ("a.b-c_d", "a.b-c_d"), ("..", "%2E."), (".git", "%2Egit"), ("a/b", "a%2Fb"),
            ("ü\n", "%C3%BC%0A"), ("", "%"), ("%", "%25"),
        ]
        for (name, part) in names { #expect(StateFile.component(name) == part) }
    }
}

/// What is shown of a remote.
@Suite struct GitPlaceTests {
    @Test(
        arguments: [
            ("origin", "origin"), ("/srv/state.git", "/srv/state.git"), ("git@host:team/x.git", "git@host:team/x.git"),
            ("https://host/x.git", "https://host/x.git"), ("https://ada:pw@host/x.git", "https://…@host/x.git"),
            ("https://token@host/x.git", "https://…@host/x.git"), ("ssh://git@host/x.git", "ssh://git@host/x.git"),
            ("ssh://git:pw@host/x.git", "ssh://…@host/x.git"), ("https://host/a@b", "https://host/a@b"),
            ("--state=git:https://ada:p@w@host/x", "--state=git:https://…@host/x"), ("https://a:b", "https://a:b"),
        ]) func hidesPasswords(_ remote: String, _ shown: String)
    {
        #expect(GitPlace.redacted(remote) == shown)
    }

    @Test(
        arguments: [
            ("refs/heads/slipway/state", true), ("refs/heads/main", true), ("refs/slipway/x", true), ("main", false),
            ("refs/heads/", false), ("refs//x", false), ("refs/heads/a..b", false), ("refs/heads/a b", false),
            ("refs/heads/-x", false), ("refs/heads/x.lock", false), ("refs/heads/a@{1}", false),
            ("refs/heads/é", false),
            ("refs/heads/a\\b", false), ("refs/heads/.x", false), ("HEAD", false), ("", false),
            ("refs/heads/" + String(repeating: "x", count: 200), false),
        ]) func branchesAreNamedInFull(_ ref: String, _ isOne: Bool)
    {
        #expect(GitPlace.isBranch(ref) == isOne)
    }
}
