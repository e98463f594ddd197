import Foundation
import Records
import Support
import Testing

@testable import Engines

/// When the folder of an attempt is read again, and when what was read before is taken.
@Suite struct SlurmTraceMemoryTests {
    private let workspace: TestWorkspace
    private let reference: SubmissionReference

    init() throws {
        workspace = try TestWorkspace("trace-memory")
        reference = SubmissionReference(name: "a-1", folder: workspace.path, host: "h", token: 5)
        try workspace.write("slurm.intent", "m\n")
        try workspace.write("slurm.job", "m 7\n")
    }

    private func memory(after known: SlurmTraceMemory?, second: Int64) -> SlurmTraceMemory {
        SlurmTraceMemory(of: reference, after: known, at: Timestamp(milliseconds: second * 1000))
    }

    /// Changes a file without a trace in the folder: who reads it again sees the change, and nobody else.
    private func rewriteInPlace(_ file: String, _ text: String) throws {
        let handle = try #require(FileHandle(forWritingAtPath: "\(workspace.path)/\(file)"))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    @Test func `a folder that has not changed for a while is not read again`() throws {
        let settled = memory(after: memory(after: nil, second: 0), second: 5)
        try rewriteInPlace("slurm.job", "m 8\n")
        #expect(memory(after: settled, second: 10).trace.job == SlurmJobID(7))
    }

    @Test func `what was read soon after a change is read once more`() throws {
        let first = memory(after: nil, second: 0)
        let soon = memory(after: first, second: 1)
        try rewriteInPlace("slurm.job", "m 8\n")
        #expect(memory(after: first, second: 5).trace.job == SlurmJobID(8))
        #expect(memory(after: soon, second: 5).trace.job == SlurmJobID(8))
    }

    @Test func `a new file is seen at once, and so is one that has gone`() throws {
        let settled = memory(after: memory(after: nil, second: 0), second: 5)
        try workspace.write("exit", "3\n")
        let ended = memory(after: settled, second: 6)
        #expect(ended.trace.decided?.status == 3)
        try FileManager.default.removeItem(atPath: "\(workspace.path)/exit")
        #expect(memory(after: ended, second: 7).trace.decided == nil)
    }

    @Test func `another claim of the attempt reads for itself`() throws {
        let settled = memory(after: memory(after: nil, second: 0), second: 5)
        try rewriteInPlace("slurm.job", "m 8\n")
        let other = SubmissionReference(name: "a-1", folder: workspace.path, host: "h", token: 6)
        let trace = SlurmTraceMemory(of: other, after: settled, at: Timestamp(milliseconds: 10_000)).trace
        #expect(trace.job == SlurmJobID(8) && trace.reference.token == 6)
    }

    @Test func `what nobody asks about any more is dropped, and so is what has ended`() throws {
        var traces = SlurmTraces()
        func keep(_ name: String, second: Int64) throws {
            try workspace.write("\(name)/slurm.intent", "m\n")
            try workspace.write("\(name)/slurm.job", "m 7\n")
            let folder = "\(workspace.path)/\(name)"
            let other = SubmissionReference(name: name, folder: folder, host: "h", token: 5)
            let now = Timestamp(milliseconds: second * 1000)
            traces.keep(SlurmTraceMemory(of: other, after: traces[folder], at: now), at: now)
        }
        try keep("watched", second: 0)
        try keep("left", second: 10)
        try keep("watched", second: 3000)
        #expect(traces.count == 2)
        try keep("watched", second: 3700)
        #expect(traces.count == 1 && traces["\(workspace.path)/watched"] != nil)
        try workspace.write("watched/exit", "0\n")
        try keep("watched", second: 3701)
        #expect(traces.count == 0)
    }
}
