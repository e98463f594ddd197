import Foundation
import Support
import Testing

@testable import Reconciler

/// The files of a commit, for agents that have another one checked out.
@Suite struct ExportTests {
    /// Several agents of one checkout want the same commit at once: each can read all of it as soon as it has asked.
    @Test func nobodyTakesAwayWhatAnotherReads() async throws {
        let project = try await Project()
        for number in 0..<40 { try project.write("files/\(number)", "\(number)") }
        try await project.commit()
        let commit = try await project.gitOutput("rev-parse", "HEAD").trimmingCharacters(in: .newlines)
        let repository = Repository(around: project.root)
        for round in 0..<6 {
            let folder = "\(project.folder.path)/exports/\(round)"
            try await withThrowingTaskGroup { group in
                for agent in 0..<6 {
                    group.addTask {
                        try await repository.export(commit, to: folder, unique: "\(agent)")
                        for number in 0..<40 {
                            let text = try String(contentsOfFile: "\(folder)/files/\(number)", encoding: .utf8)
                            #expect(text == "\(number)")
                            await Task.yield()
                        }
                    }
                }
                try await group.waitForAll()
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: "\(project.folder.path)/exports")
            #expect(left.allSatisfy { !$0.contains(".") }, "no draft is left: \(left)")
        }
    }

    /// What was left by a try that was cut off, before drafts had names of their own, is made anew.
    @Test func anUnfinishedOneIsReplaced() async throws {
        let project = try await Project()
        try project.write("file", "whole")
        try await project.commit()
        try project.folder.write("exports/x/file", "half")
        try project.folder.write("exports/x/other", "stale")
        let folder = "\(project.folder.path)/exports/x"
        try await Repository(around: project.root).export("HEAD", to: folder, unique: "a")
        #expect(project.folder.text("exports/x/file") == "whole" && !project.folder.exists("exports/x/other"))
    }
}
