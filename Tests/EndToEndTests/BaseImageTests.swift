import Foundation
import Support
import Testing

/// Jobs whose images begin with another.
@Suite struct BaseImageTests {
    private struct Built: Decodable {
        var digest: String
        var layout: String
        var reused: Bool
    }

    private static let manifests = """
        apiVersion: slipway/v1
        kind: Job
        metadata: {name: show}
        spec:
          source: {path: ../code}
          build: {baseImage: 'oci:../bases/one:v1'}
          command: [sh, -c, 'cat ../etc/base; cat "$0"', data.txt]
        ---
        apiVersion: slipway/v1
        kind: Queue
        metadata: {name: local}
        spec: {resource: local-process}
        ---
        apiVersion: slipway/v1
        kind: AgentPool
        metadata: {name: here}
        spec: {queues: [local]}
        ---
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: one}
        spec: {job: show, queue: local}

        """

    /// Writes an OCI layout as any tool would, with nothing of Slipway's.
    private static let layout = """
        import hashlib, io, json, os, platform, sys, tarfile
        root, text = sys.argv[1:3]
        os.makedirs(root + '/blobs/sha256', exist_ok=True)
        def blob(data, kind):
            digest = hashlib.sha256(data).hexdigest()
            open(root + '/blobs/sha256/' + digest, 'wb').write(data)
            return {'mediaType': 'application/vnd.oci.image.' + kind, 'digest': 'sha256:' + digest, 'size': len(data)}
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode='w') as tar:
            member = tarfile.TarInfo('etc/base')
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
            if len(sys.argv) > 3:
                member = tarfile.TarInfo('large')
                member.size = int(sys.argv[3])
                tar.addfile(member, io.BytesIO(os.urandom(member.size)))
        layer = blob(out.getvalue(), 'layer.v1.tar')
        machine = {'x86_64': 'amd64', 'aarch64': 'arm64'}[platform.machine()]
        config = blob(json.dumps({'os': 'linux', 'architecture': machine, 'config': {'Env': ['FROM=base']},
            'rootfs': {'type': 'layers', 'diff_ids': [layer['digest']]}}).encode(), 'config.v1+json')
        manifest = blob(json.dumps({'schemaVersion': 2, 'config': config, 'layers': [layer]}).encode(),
            'manifest.v1+json')
        manifest['annotations'] = {'org.opencontainers.image.ref.name': 'v1'}
        open(root + '/index.json', 'w').write(json.dumps({'schemaVersion': 2, 'manifests': [manifest]}))
        open(root + '/oci-layout', 'w').write('{"imageLayoutVersion": "1.0.0"}')
        print(manifest['digest'])
        """

    @discardableResult
    private func base(_ sandbox: Sandbox, _ text: String, _ more: String...) async throws -> String {
        let arguments = ["python3", "-c", Self.layout, sandbox.repository + "/bases/one", text] + more
        let outcome = try await sandbox.run("/usr/bin/env", arguments)
        try #require(outcome.status == 0, "\(outcome)")
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func prepared() async throws -> Sandbox {
        let sandbox = try await Sandbox()
        try sandbox.write("manifests/all.yaml", Self.manifests)
        try sandbox.write("code/data.txt", "data\n")
        return sandbox
    }

    @Test func aRunSeesTheBaseAndItsCodeAndTheRecordNamesIt() async throws {
        let sandbox = try await prepared()
        let digest = try await base(sandbox, "from the base\n")
        try await sandbox.commit()
        let applied = try await sandbox.reconcile()
        #expect(applied.status == 0, "\(applied)")
        #expect(try await sandbox.reconcile("logs", "one").output == "from the base\ndata\n")
        let built = try await sandbox.reconcile("build", "show")
        #expect(built.output.contains("  on oci:bases/one:v1, which is \(digest)\n"), "\(built)")
        let story = try await sandbox.reconcile("history", "Job/show", "--output", "json")
        #expect(story.output.contains(digest) && story.output.contains("oci:bases/one:v1"), "\(story)")
        // Another base under the same name is not another job version, and the recorded image goes on being used.
        try await base(sandbox, "another\n")
        let again = try await sandbox.reconcile()
        #expect(again.status == 0 && !again.errors.contains("building"), "\(again)")
    }

    @Test func theSameImageForEverybodyEverywhere() async throws {
        let one = try await prepared()
        try one.write("code/größe/\(String(repeating: "n", count: 120))/\(String(repeating: "m", count: 200))", "long")
        try one.write("code/run.sh", "#!/bin/sh\n")
        try one.link("code/link", to: "run.sh")
        _ = try await one.run("/bin/chmod", ["755", "\(one.repository)/code/run.sh"])
        try FileManager.default.linkItem(
            atPath: "\(one.repository)/code/run.sh", toPath: "\(one.repository)/code/hard.sh")
        try await base(one, "base\n")
        let first = try await one.reconcile(
            ["build", "show", "--output", "json"], environment: ["TZ": "UTC", "LANG": "C.UTF-8"]
        ).decoded(Built.self)
        let two = try await Sandbox()
        // A copy that keeps no times, no owners and no modes but the executable bit, in a folder of another name, by
        // somebody else, elsewhere on earth.
        let script = """
            umask 077 && mkdir -p elsewhere && cd elsewhere && git init --quiet && cp -R --no-preserve=all "$1"/. . &&
            chmod 700 code/run.sh code/hard.sh && mkdir code/empty && touch -d 2001-01-01 code/data.txt &&
            rm -rf .slipway && "$2" build show --output json
            """
        let second = try await two.run(
            "/bin/sh", ["-c", script, "sh", one.repository, BuiltProgram.path],
            [
                "TZ": "Pacific/Auckland", "LANG": "C", "LC_ALL": "C", "USER": "somebody", "LOGNAME": "somebody",
                "HOME": two.path,
            ]
        ).decoded(Built.self)
        #expect(first.digest == second.digest)
        #expect(!first.reused && !second.reused && first.layout != second.layout)
    }

    @Test func aLargeBaseTakesNoMemory() async throws {
        let sandbox = try await prepared()
        try await base(sandbox, "base\n", "128000000")
        try await sandbox.commit()
        // Copied, digested and unpacked; the most that any process had at once is in KiB.
        let outcome = try await sandbox.python(
            """
            import resource, subprocess, sys
            status = subprocess.run(sys.argv[1:]).returncode
            print('status', status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
            """, BuiltProgram.path)
        let words = outcome.errors.split(whereSeparator: \.isWhitespace)
        let most = try #require(words.last.flatMap { Int($0) })
        #expect(words.suffix(3).first == "status" && words.suffix(2).first == "0", "\(outcome)")
        #expect(most < 110_000, "\(most) KiB")
    }

    @Test(.enabled("only an account that may mount can fill a disk of its own", FullDiskTests.mayMount))
    func aFullDiskLeavesNoPartOfABase() async throws {
        let sandbox = try await prepared()
        try await base(sandbox, "base\n", "3000000")
        let script = """
            mkdir .slipway && mount -t tmpfs -o size=2m tmpfs .slipway || exit 98
            "$1" build show; echo "status $?"
            find .slipway -name '*.tmp'
            umount .slipway
            """
        let outcome = try await sandbox.run(
            "/usr/bin/env", ["unshare", "--mount", "sh", "-c", script, "sh", BuiltProgram.path])
        #expect(outcome.output == "status 1\n", "\(outcome)")
        #expect(outcome.errors.contains("No space left on device") && outcome.errors.contains("[SLW5001]"))
    }
}
