import Store

/// One thing that somebody does to the record by hand, and the rule and the row by which it is found.
struct Edit: Sendable {
    let table: String
    /// What is set, `column = value`, several with commas.
    let change: String
    let condition: String
    let rule: StateRule
    let foundIn: String
    let row: String

    private init(
        _ table: String, _ change: String, where condition: String, _ rule: StateRule, in foundIn: String? = nil,
        row: String = ""
    ) {
        self.table = table
        self.change = change
        self.condition = condition
        self.rule = rule
        self.foundIn = foundIn ?? table
        self.row = row
    }

    var statement: String { "UPDATE \(table) SET \(change) WHERE \(condition)" }

    var columns: [String] {
        change.split(separator: ",").compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    private static let other = "'sha256:' || '\(String(repeating: "0f", count: 32))'"

    static let all = meta + agents + versions + images + runs + progress + attempts + objects + events

    private static let meta = [
        Edit("slipway_meta", "value = '3 abc'", where: "name = 'chain'", .chain, row: "chain"),
        Edit("slipway_meta", "value = 'nonsense'", where: "name = 'chain'", .chain, row: "chain"),
        Edit("slipway_meta", "name = 'chained'", where: "name = 'chain'", .chain, row: "chain"),
        Edit("slipway_meta", "value = '3'", where: "name = 'sequence'", .counter, in: "runs"),
        Edit("slipway_meta", "value = '-1'", where: "name = 'sequence'", .counter, row: "sequence"),
        Edit("slipway_meta", "value = 'many'", where: "name = 'token'", .counter, row: "token"),
        Edit("slipway_meta", "value = '1'", where: "name = 'token'", .counter, row: "token"),
        Edit("slipway_meta", "value = '1'", where: "name = 'token'", .counter, in: "runs"),
    ]

    private static let agents = [
        Edit("agents", "id = 'x'", where: "id = 'a'", .reference, in: "runs"),
        Edit("agents", "state = 'asleep'", where: "id = 'a'", .agent, row: "a"),
        Edit("agents", "state = 'stopped'", where: "id = 'a'", .trail, row: "a"),
        Edit("agents", "state = 'active'", where: "id = 'c'", .trail, row: "c"),
        Edit("agents", "placement = 'moon'", where: "id = 'b'", .agent, row: "b"),
    ]

    private static let versions = [
        Edit("job_versions", "namespace = 'other'", where: "1", .reference, in: "runs"),
        Edit("job_versions", "job = 'other'", where: "1", .reference, in: "objects", row: "Job/default/train"),
        Edit("job_versions", "number = 2", where: "1", .numbering, row: "default/train/2"),
        Edit("job_versions", "digest = \(other)", where: "1", .content, row: "default/train/1"),
        Edit("job_versions", "digest = \(other)", where: "1", .reference, in: "runs"),
        Edit("job_versions", "content = '{}'", where: "1", .content),
        Edit("job_versions", "content = ' ' || content", where: "1", .content),
        Edit("job_versions", "content = 'x'", where: "1", .content),
    ]

    private static let images = [
        Edit("images", "job_digest = 'x'", where: "1", .image, row: "x"),
        Edit("images", "manifest = 'x'", where: "1", .image, row: "sha256:"),
        Edit("images", "manifest = \(other)", where: "1", .image),
        Edit("images", "details = '{ }'", where: "1", .content),
    ]

    private static let runs = [
        Edit("runs", "id = '0123456789abcdef'", where: "name = 'queued'", .identity, row: "0123456789abcdef"),
        Edit("runs", "identity = 'x'", where: "name = 'queued'", .identity),
        Edit("runs", "identity = \(other)", where: "name = 'queued'", .identity),
        Edit("runs", "namespace = 'other'", where: "name = 'queued'", .trail),
        Edit("runs", "name = 'other'", where: "name = 'failed'", .trail),
        Edit("runs", "specification = 'x'", where: "name = 'queued'", .content),
        Edit("runs", "specification = specification || ' '", where: "name = 'queued'", .content),
        Edit("runs", "specification = '{}'", where: "name = 'queued'", .specification),
        Edit(
            "runs", "specification = replace(specification, 'queued', 'free')", where: "name = 'queued'", .identity),
        Edit("runs", "queue = 'default/big'", where: "name = 'queued'", .placement),
        Edit("runs", "priority = 0", where: "name = 'queued'", .placement),
        Edit("runs", "sequence = 99", where: "name = 'queued'", .counter),
        Edit("runs", "sequence = 2", where: "name = 'queued'", .counter),
        Edit("runs", "image = 'x'", where: "name = 'running'", .image),
        Edit("runs", "image = \(other)", where: "name = 'running'", .image),
        Edit("runs", "image = NULL", where: "name = 'succeeded'", .image),
        Edit("runs", "image = NULL", where: "name = 'submitting'", .image),
        Edit(
            "dependencies", "run = 'nobody'", where: "run = (SELECT id FROM runs WHERE name = 'queued')", .reference,
            row: "nobody"),
        Edit(
            "dependencies", "upstream = \(other)", where: "run = (SELECT id FROM runs WHERE name = 'queued')",
            .reference, row: "0f0f"),
        Edit(
            "dependencies", "upstream = \(other)", where: "run = (SELECT id FROM runs WHERE name = 'queued')",
            .reference, in: "runs"),
    ]

    private static let progress = [
        Edit("runs", "phase = 'asleep'", where: "name = 'queued'", .phase),
        Edit("runs", "phase = 'succeeded'", where: "name = 'failed'", .reason),
        Edit("runs", "phase = 'running'", where: "name = 'queued'", .reason),
        Edit("runs", "phase = 'cancelled', reason = 'Cancelled'", where: "name = 'failed'", .cancellation),
        Edit("runs", "phase = 'succeeded', reason = 'Succeeded'", where: "name = 'failed'", .outcome),
        Edit("runs", "phase = 'queued', reason = 'Queued', finished_at = NULL", where: "name = 'succeeded'", .attempts),
        Edit("runs", "phase = 'lost', reason = 'Lost', finished_at = 1", where: "name = 'queued'", .attempts),
        Edit("runs", "reason = 'Bored'", where: "name = 'queued'", .reason),
        Edit("runs", "reason = 'Building'", where: "name = 'running'", .reason),
        Edit("runs", "attempt = 2", where: "name = 'failed'", .attempts),
        Edit("runs", "attempt = 0", where: "name = 'running'", .attempts),
        Edit("runs", "forgiven = 9", where: "name = 'failed'", .attempts),
        Edit("runs", "not_before = 9", where: "name = 'running'", .times),
        Edit("runs", "not_before = NULL", where: "name = 'pending'", .times),
        Edit("runs", "not_before = 9", where: "name = 'blocked'", .times),
        Edit("runs", "lease_agent = 'nobody'", where: "name = 'running'", .reference),
        Edit("runs", "lease_agent = 'b'", where: "name = 'running'", .trail),
        Edit("runs", "lease_agent = NULL", where: "name = 'running'", .lease),
        Edit("runs", "lease_expires = 9", where: "name = 'failed'", .lease),
        Edit("runs", "lease_token = NULL", where: "name = 'running'", .lease),
        Edit("runs", "lease_token = 1", where: "name = 'running'", .lease),
        Edit("runs", "lease_token = 99", where: "name = 'running'", .counter),
        Edit("runs", "lease_expires = NULL", where: "name = 'running'", .lease),
        Edit(
            "runs", "lease_agent = 'a', lease_token = 9, lease_expires = 9", where: "name = 'failed'", .lease),
        Edit("runs", "cancelled_by = 'eve'", where: "name = 'queued'", .cancellation),
        Edit("runs", "cancelled_by = NULL", where: "name = 'cancelled'", .cancellation),
        Edit("runs", "started_at = NULL", where: "name = 'running'", .times),
        Edit("runs", "started_at = 9", where: "name = 'building'", .times),
        Edit("runs", "finished_at = NULL", where: "name = 'succeeded'", .times),
        Edit("runs", "finished_at = 9", where: "name = 'queued'", .times),
    ]

    private static let attempts = [
        Edit("attempts", "run = 'nobody'", where: of("failed"), .reference, row: "nobody/1"),
        Edit("attempts", "run = 'nobody'", where: of("failed"), .attempts, in: "runs"),
        Edit("attempts", "number = 3", where: of("failed"), .numbering, row: "/3"),
        Edit("attempts", "number = 9", where: "number = 2", .numbering, row: "/9"),
        Edit("attempts", "image = NULL", where: of("running"), .image),
        Edit("attempts", "image = 'x'", where: of("failed"), .image),
        Edit("attempts", "image = \(other)", where: of("failed"), .image, in: "runs"),
        Edit("attempts", "image = \(other)", where: "number = 1 AND \(of("again"))", .trail),
        Edit("attempts", "submitted_at = NULL", where: of("running"), .times, in: "runs"),
        Edit("attempts", "submitted_at = 9", where: of("building"), .image),
        Edit("attempts", "submitted_at = 9", where: of("submitting"), .trail, in: "attempts"),
        Edit("attempts", "ended_at = NULL", where: of("failed"), .outcome),
        Edit("attempts", "ended_at = NULL", where: of("failed"), .attempts, in: "runs"),
        Edit(
            "attempts", "ended_at = 9, reason = 'Lost', message = 'gone'", where: of("running"), .attempts, in: "runs"),
        Edit("attempts", "reason = 'Bored'", where: of("failed"), .outcome),
        Edit("attempts", "reason = 'TimedOut', exit_code = NULL", where: of("failed"), .outcome, in: "runs"),
        Edit("attempts", "reason = 'TimedOut', exit_code = NULL", where: of("failed"), .trail),
        Edit("attempts", "reason = 'Succeeded', exit_code = 0", where: of("failed"), .attempts, in: "runs"),
        Edit("attempts", "exit_code = NULL", where: of("failed"), .outcome),
        Edit("attempts", "exit_code = 4", where: of("failed"), .trail),
        Edit("attempts", "exit_code = 1", where: of("succeeded"), .outcome),
        Edit("attempts", "exit_code = 1", where: of("running"), .outcome),
        Edit("attempts", "message = NULL", where: of("failed"), .outcome),
        Edit("attempts", "outputs = '{ }'", where: of("succeeded"), .content),
        Edit("attempts", "outputs = '{}'", where: of("failed"), .outcome),
        Edit("attempts", "artifact = '{}'", where: of("succeeded"), .outcome),
        Edit(
            "attempts", "artifact = '{\"location\":\"x\",\"warning\":\"y\"}'", where: of("running"), .outcome),
        Edit("attempts", "engine = '{}'", where: of("succeeded"), .outcome),
        Edit(
            "attempts", "engine = '{\"config\":{},\"kind\":\"abacus\",\"settings\":{},\"variables\":{}}'",
            where: of("running"), .outcome),
    ]

    private static func of(_ run: String) -> String { "run = (SELECT id FROM runs WHERE name = '\(run)')" }

    private static let objects = [
        Edit("objects", "kind = 'Thing'", where: "kind = 'Queue'", .content, row: "Thing/default/local"),
        Edit("objects", "namespace = 'other'", where: "kind = 'Queue'", .trail, row: "Queue/other/local"),
        Edit("objects", "name = 'other'", where: "kind = 'Queue'", .trail, row: "Queue/default/local"),
        Edit("objects", "digest = \(other)", where: "kind = 'Queue'", .content),
        Edit("objects", "content = '{\"spec\":{}}'", where: "kind = 'Queue'", .content),
        Edit("objects", "file = ''", where: "kind = 'Queue'", .content),
        Edit("objects", "line = 0", where: "kind = 'Queue'", .content),
        Edit("objects", "prunable = 0", where: "kind = 'Queue'", .content),
        Edit("objects", "prunable = 7", where: "kind = 'Queue'", .type),
        Edit("objects", "identity = \(other)", where: "name = 'failed'", .reference, row: "Run/default/failed"),
        Edit("objects", "identity = NULL", where: "name = 'failed'", .reference),
        Edit("objects", "identity = \(other)", where: "kind = 'Job'", .reference),
        Edit("objects", "version = 9", where: "kind = 'Job'", .reference),
        Edit("objects", "version = 1", where: "kind = 'Queue'", .reference),
        Edit("objects", "dirty = 5", where: "kind = 'Queue'", .type),
    ]

    private static let events =
        ["kind", "subject", "cause", "revision", "actor", "details", "previous", "hash"].map {
            Edit("events", "\($0) = 'x'", where: "sequence = 5", .chain, row: "5")
        } + [
            Edit("events", "at = at + 1", where: "sequence = 5", .chain, row: "5"),
            Edit("events", "sequence = 999", where: "sequence = 5", .chain, row: "6"),
            Edit("events", "actor = 'eve'", where: "sequence IN (5, 9)", .chain, row: "9"),
        ]
}
