import Foundation
import YAML

/// A file with which somebody begins.
struct StarterFile: Sendable {
    /// Relative to the folder that it is written into.
    var path: String
    var text: String
    var isExecutable: Bool

    init(_ path: String, _ text: String, isExecutable: Bool = false) {
        self.path = path
        self.text = text
        self.isExecutable = isExecutable
    }
}

/// The files with which somebody begins.
public enum Starter {
    /// Writes a first job and its manifests.
    ///
    /// - Parameter replaces: whether files that are there are written over.
    /// - Returns: their paths, relative to the folder.
    /// - Throws: a `Diagnostic` where one of them exists; then nothing is written.
    public static func write(into folder: String, replaces: Bool = false) throws -> [String] {
        try write(files, into: folder, replaces: replaces)
    }

    /// Writes what a CI system reads, in the same way.
    public static func write(_ system: CISystem, into folder: String, replaces: Bool = false) throws -> [String] {
        try write([system.file], into: folder, replaces: replaces)
    }

    private static func write(_ files: [StarterFile], into folder: String, replaces: Bool) throws -> [String] {
        for file in files where !replaces && isTaken("\(folder)/\(file.path)") {
            throw Diagnostic.initTargetExists(file.path)
        }
        for file in files {
            let url = URL(fileURLWithPath: "\(folder)/\(file.path)")
            do {
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.text.utf8).write(to: url, options: .atomic)
                if file.isExecutable {
                    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path)
                }
            } catch {
                throw Diagnostic.stateFolderUnusable(url.path, reason: (error as NSError).localizedDescription)
            }
        }
        return files.map(\.path)
    }

    /// Also by a link that leads nowhere.
    private static func isTaken(_ path: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: path)) != nil
    }

    static let files = [
        StarterFile(
            "manifests/hello.yaml",
            """
            apiVersion: slipway/v1
            kind: Job
            metadata:
              name: hello
            spec:
              source: {path: ../jobs/hello}
              command: [python3, hello.py]
              args: ["--name", "${parameters.name}"]
              parameters:
                name: {type: string, default: world, minLength: 1}
              outputs: [greeting.txt]
            ---
            apiVersion: slipway/v1
            kind: Queue
            metadata:
              name: local
            spec:
              resource: local-process
            ---
            apiVersion: slipway/v1
            kind: AgentPool
            metadata:
              name: here
            spec:
              queues: [local]
            ---
            apiVersion: slipway/v1
            kind: Run
            metadata:
              name: hello-world
            spec:
              job: hello
              queue: local

            """
        ),
        StarterFile(
            "jobs/hello/hello.py",
            """
            import argparse
            import os

            arguments = argparse.ArgumentParser()
            arguments.add_argument("--name", required=True)
            name = arguments.parse_args().name

            greeting = f"hello, {name}"
            print(greeting)
            with open(os.path.join(os.environ["SLIPWAY_OUTPUTS"], "greeting.txt"), "w") as file:
                file.write(greeting + "\\n")

            """
        ),
    ]
}
