import Foundation
import Support
import Testing

/// A full disk stops the work; when there is room again it goes on, and nothing is lost or repeated.
@Suite struct FullDiskTests {
    /// Whether this account may mount something in a namespace of its own, where nobody else sees it.
    static func mayMount() async throws -> Bool {
        let sandbox = try await Sandbox()
        let outcome = try await sandbox.run(
            "/usr/bin/env", ["unshare", "--mount", "sh", "-c", "mkdir full && mount -t tmpfs -o size=64k tmpfs full"])
        return outcome.status == 0
    }

    /// `$1` is `reconcile`, `$2` the ledger, `$3` the gate. The mount is gone with the shell.
    private static let script = """
        reconcile=$1 ledger=$2 gate=$3
        fill() { dd if=/dev/zero of=.slipway/filler bs=4k 2>/dev/null; }
        await() { left=1200; until eval "$1"; do [ "$left" -gt 0 ] || exit 99; left=$((left - 1)); sleep 0.05; done; }
        mkdir .slipway && mount -t tmpfs -o size=2m tmpfs .slipway || exit 98
        fill
        "$reconcile" 2> "$gate.first"; echo "full before the start: $?"
        rm .slipway/filler
        "$reconcile" 2> "$gate.second" & reconciler=$!
        await '[ -s "$ledger" ]'
        await '"$reconcile" get run | grep -q running'
        fill
        touch "$gate"
        wait "$reconciler"; echo "full while it runs: $?"
        rm .slipway/filler
        "$reconcile" 2> "$gate.third" | sed 's/^/room again: /'
        git status --porcelain | sed 's/^/not ignored: /'
        "$reconcile" history --verify > "$gate.verify"; echo "verified: $?"
        """

    @Test(.enabled("only an account that may mount can fill a disk of its own", mayMount))
    func whatRunsIsNotLost() async throws {
        let sandbox = try await Sandbox()
        let job = try GatedJob(in: sandbox)
        try job.want("one", gated: true)
        try await sandbox.commit()
        let outcome = try await sandbox.run(
            "/usr/bin/env",
            [
                "unshare", "--mount", "sh", "-c", Self.script, "sh", BuiltProgram.path, sandbox.path + "/ledger",
                sandbox.path + "/gate-one",
            ])
        #expect(
            outcome.output == """
                full before the start: 1
                full while it runs: 1
                room again: Done: 1 succeeded of 1 runs
                verified: 0

                """, "\(outcome)")
        let said = try String(contentsOfFile: sandbox.path + "/gate-one.second", encoding: .utf8)
        #expect(said.contains("[SLW4004]") && said.contains("make room"), "\(said)")
        #expect(job.entries().count == 1)
    }
}
