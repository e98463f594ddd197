import Foundation
import Records
import Testing

@testable import Engines

/// What Slurm's commands print, as 22.05 and 24.11 really did.
@Suite struct SlurmListingTests {
    private static let comment = #"{"slipway":"a-1","location":"x y"}"#

    private func recorded(_ name: String) throws -> [SlurmJob] {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Recorded/\(name).json")
        return try #require(SlurmListing.json(Array(try Data(contentsOf: path))))
    }

    private func jobs(_ name: String) throws -> [String: SlurmJob] {
        Dictionary(try recorded(name).map { ($0.name ?? "", $0) }) { first, _ in first }
    }

    @Test(arguments: ["squeue-22.05", "squeue-24.11"])
    func `squeue in JSON`(name: String) throws {
        let jobs = try jobs(name)
        let running = try #require(jobs["run-1"])
        #expect(running.meaning == .running)
        #expect(running.comment == Self.comment)
        #expect(running.user == "root" && running.nodes == "vm" && running.reason == nil)
        #expect(try #require(running.start).milliseconds > 1_795_714_000_000)
        let failed = try #require(jobs["failed-1"])
        #expect(failed.meaning == .over(.failed))
        #expect(failed.exit == SlurmJob.Exit(status: 7))
        #expect(failed.words == "FAILED (NonZeroExitCode)")
        let held = try #require(jobs["held-1"])
        #expect(held.meaning == .waiting && held.reason == "JobHeldUser" && held.start == nil)
        #expect(jobs["big-1"]?.words == "PENDING (Resources)")
        let killed = try #require(jobs["killed-1"])
        #expect(killed.meaning == .over(.cancelled))
        #expect(killed.exit == SlurmJob.Exit(status: 0, signal: 15))
        #expect(killed.exit?.sentence == "signal 15")
        let tasks = try recorded(name).filter { $0.name == "arr" }.map(\.id)
        #expect(tasks.compactMap(\.task).sorted() == [0, 1, 2] && Set(tasks.map(\.job)).count == 1)
        #expect(Set(try recorded(name).map(\.id)).count == 8)
    }

    @Test(arguments: [("sacct-22.05", ["RUNNING"]), ("sacct-24.11", ["PENDING", "REQUEUED"])])
    func `sacct in JSON`(name: String, states: [String]) throws {
        let jobs = try jobs(name)
        #expect(jobs["run-1"]?.states == states)
        #expect(jobs["run-1"]?.meaning == (states == ["RUNNING"] ? .running : .waiting))
        let failed = try #require(jobs["failed-1"])
        #expect(failed.meaning == .over(.failed))
        #expect(failed.comment == Self.comment)
        #expect(failed.user == "root")
        #expect(try #require(failed.end).milliseconds > 1_795_714_000_000)
        #expect(jobs["killed-1"]?.meaning == .over(.cancelled))
        #expect(jobs["killed-1"]?.comment?.isEmpty ?? true)
    }

    @Test(arguments: [
        "", "null", "[]", "{}", #"{"jobs": null}"#, #"{"jobs": [}"#, "slurm_load_jobs error: Unable to contact",
        String(repeating: "[", count: 100_000),
    ])
    func `what is no listing is none`(text: String) {
        #expect(SlurmListing.json(Array(text.utf8)) == nil)
    }

    @Test func `what is no job in a listing is left out`() throws {
        let text = """
            {"jobs": [null, 3, {}, {"job_id": -1, "job_state": "RUNNING"},
            {"job_id": 99999999999, "job_state": "RUNNING"},
            {"job_id": {"set": false, "number": 4}, "job_state": ["RUNNING"]}, {"job_id": 5, "job_state": []},
            {"job_id": 6, "job_state": [7]}, {"job_id": 8, "job_state": ""},
            {"job_id": 9, "job_state": "RUNNING", "comment": 12, "start_time": -5, "exit_code": "x", "name": null}]}
            """
        let jobs = try #require(SlurmListing.json(Array(text.utf8)))
        #expect(jobs == [SlurmJob(id: SlurmJobID(9), states: ["RUNNING"])])
    }

    /// The first lines are 22.05's, the others 24.11's.
    @Test func `squeue in lines`() {
        let text = """
            9;CANCELLED;None;1795714279;1795714279;15;0;vm;killed-1;(null);
            2;FAILED;NonZeroExitCode;1795714316;1795714316;1792;0;vm;failed-1;{"slipway":"a-1","location":"x y"};
            3;PENDING;JobHeldUser;N/A;N/A;0:0;0;;a;b;c;d;
            4;PENDING;Resources;1827250456;NONE;0:0;2;;big-1;;
            7_12;CANCELLED;None;1795714458;1795714458;0:15;0;vm[1-3,7];arr;;

            """
        let (jobs, nonsense) = SlurmListing.queue(Array(text.utf8))
        #expect(nonsense == nil)
        #expect(jobs.map(\.id.description) == ["9", "2", "3", "4", "7_12"])
        #expect(jobs[0].exit == SlurmJob.Exit(status: 0, signal: 15))
        #expect(jobs[1].exit == SlurmJob.Exit(status: 7))
        #expect(jobs[1].start == Timestamp(milliseconds: 1_795_714_316_000))
        #expect(jobs[2].start == nil && jobs[2].reason == "JobHeldUser" && jobs[2].nodes == nil)
        #expect(jobs[3].restarts == 2 && jobs[3].end == nil)
        #expect(jobs[1].label == "failed-1;\(Self.comment)" && jobs[0].label == "killed-1;(null)")
        #expect(jobs[2].label == "a;b;c;d")
        #expect(jobs[4].exit == SlurmJob.Exit(status: 0, signal: 15) && jobs[4].nodes == "vm[1-3,7]")
    }

    @Test func `a job is known by name and comment together`() {
        let own = SlurmIdentity(name: "a-1", location: "l", mark: SlurmMark("m"))
        let others = [
            SlurmIdentity(name: "a-1", location: "l", mark: SlurmMark("other")),
            SlurmIdentity(name: "a-2", location: "l", mark: SlurmMark("m")),
            SlurmIdentity(name: "a-1", location: "elsewhere", mark: SlurmMark("m")),
        ]
        let text = "7;RUNNING;None;1;1;0;0;vm;a-1;\(own.comment);\n8;RUNNING;None;1;1;0;0;vm;a-1;(null);\n"
        let (jobs, _) = SlurmListing.queue(Array(text.utf8))
        #expect(jobs[0].bears(own) && !others.contains { jobs[0].bears($0) })
        #expect(!jobs[1].bears(own), "squeue says comments, so that none is not enough")
        let accounted = SlurmListing.accounts(Array("7|FAILED|7:0|None|1|1|vm|a-1\n".utf8)).jobs
        #expect(accounted[0].bears(own), "accounting need not keep them")
    }

    /// Anybody may write anything into a comment, and what is no UTF-8 at all.
    @Test func `a line is told from the next by its bytes`() {
        var bytes = Array("3;PENDING;None;1;1;0;0;;x;".utf8) + [0xFF, 0xC3, 0x0D, 0x0A]
        bytes += Array("e\u{301}\u{2028};\r\n\n7;RUNNING;None;1;1;0;0;vm;n;c;".utf8)
        let (jobs, nonsense) = SlurmListing.queue(bytes)
        #expect(jobs.map(\.id) == [SlurmJobID(3), SlurmJobID(7)] && jobs.last?.label == "n;c")
        #expect(nonsense == "e\u{301}\u{2028};\r")
    }

    @Test func `sacct in lines`() {
        let text = """
            2|FAILED|7:0|None|1795714316|1795714316|vm|failed-1
            3|CANCELLED by 1000|0:0|None|1795714316|1795714317|vm|killed-1
            1|REQUEUED|0:0|None|1795714770|1795714770|vm|run|1
            12|PENDING|0:0|Priority|Unknown|Unknown|None assigned|waits

            """
        let (jobs, nonsense) = SlurmListing.accounts(Array(text.utf8))
        #expect(nonsense == nil)
        #expect(jobs.map(\.meaning) == [.over(.failed), .over(.cancelled), .waiting, .waiting])
        #expect(jobs[0].exit == SlurmJob.Exit(status: 7))
        #expect(jobs[2].name == "run|1")
        #expect(jobs[3].start == nil)
    }

    @Test(arguments: [
        "nonsense", "1;RUNNING", "x;RUNNING;None;1;1;0;0;vm;n;c;", "1;;None;1;1;0;0;vm;n;c;",
        "1;RUNNING;None;1;1;0;0;vm", "7_;RUNNING;None;1;1;0;0;vm;n;c;", "7_[1-3];RUNNING;None;1;1;0;0;vm;n;c;",
        "-1;RUNNING;None;1;1;0;0;vm;n;c;", "4294967296;RUNNING;None;1;1;0;0;vm;n;c;",
    ])
    func `a line that is none is told of, and the others count`(line: String) {
        let (jobs, nonsense) = SlurmListing.queue(Array("\(line)\n7;RUNNING;None;1;1;0;0;vm;n;c;\n".utf8))
        #expect(jobs.map(\.id) == [SlurmJobID(7)])
        #expect(nonsense == line)
    }
}

/// The one table of states.
@Suite struct SlurmStateTests {
    @Test(arguments: [
        (["PENDING"], SlurmState.waiting), (["CONFIGURING"], .waiting), (["RUNNING", "CONFIGURING"], .waiting),
        (["REQUEUED"], .waiting), (["REQUEUE_HOLD"], .waiting), (["SPECIAL_EXIT"], .waiting),
        (["FAILED", "REQUEUED"], .waiting), (["PENDING", "REQUEUE_HOLD"], .waiting), (["RUNNING"], .running),
        (["SUSPENDED"], .running), (["STOPPED"], .running), (["COMPLETING"], .running),
        (["CANCELLED", "COMPLETING"], .running), (["COMPLETED"], .over(.completed)),
        (["COMPLETED", "UPDATE_DB"], .over(.completed)), (["FAILED"], .over(.failed)),
        (["CANCELLED"], .over(.cancelled)), (["TIMEOUT"], .over(.timeLimit)), (["DEADLINE"], .over(.timeLimit)),
        (["OUT_OF_MEMORY"], .over(.outOfMemory)), (["PREEMPTED"], .over(.preempted)),
        (["NODE_FAIL"], .over(.nodeLost)), (["BOOT_FAIL"], .over(.nodeLost)), (["REVOKED"], .over(.givenUp)),
        (["LAUNCH_FAILED"], .over(.givenUp)), (["WARP_DRIVE"], .unknown("WARP_DRIVE")),
        (["COMPLETED", "WARP_DRIVE"], .unknown("WARP_DRIVE")), ([], .unknown("")),
    ])
    func `a state means one thing`(words: [String], meaning: SlurmState) {
        #expect(SlurmState(words: words) == meaning)
    }

    @Test func `nothing that ends is among what does not`() {
        for (word, meaning) in SlurmState.table {
            #expect(SlurmState(words: [word]) == meaning)
            #expect(!SlurmState.remarks.contains(word))
        }
    }
}
