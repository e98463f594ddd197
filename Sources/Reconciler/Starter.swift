import Foundation
import YAML

/// The files with which somebody begins.
public enum Starter {
    /// Writes them.
    ///
    /// - Returns: their paths, relative to the folder.
    /// - Throws: a `Diagnostic` where one of them exists; then nothing is written.
    public static func write(into folder: String) throws -> [String] {
        for (path, _) in files where FileManager.default.fileExists(atPath: "\(folder)/\(path)") {
            throw Diagnostic.initTargetExists(path)
        }
        for (path, text) in files {
            let url = URL(fileURLWithPath: "\(folder)/\(path)")
            do {
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: url)
            } catch {
                throw Diagnostic.stateFolderUnusable(url.path, reason: (error as NSError).localizedDescription)
            }
        }
        return files.map(\.path)
    }

    static let files: [(path: String, text: String)] = [
        (
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
        (
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
