public import Manifests
import Records

// The document of `schemas/reproduction.schema.json`.

extension ReproductionReport {
    /// As `reproduce --output json` prints it.
    public var json: JSONValue {
        .object([
            "formatVersion": .string("1"),
            "run": .object([
                "namespace": .string(run.name.namespace), "name": .string(run.name.name), "id": .string(run.id.text),
            ]),
            "attempt": .int(Int64(reproduction.original)),
            "reproduction": .int(Int64(reproduction.number)),
            "resumed": .bool(wasResumed),
            "image": .string(reproduction.image.description),
            "host": .string(reproduction.host),
            "folder": .string(reproduction.folder),
            "verdict": .string(verdict.rawValue),
            "outcome": .object([
                "same": .bool(hasSameOutcome), "expected": expected.json, "found": found.json,
            ]),
            "outputs": .array(outputs.map(\.json)),
            "metrics": .array(
                metrics.map { metric in
                    .object([
                        "name": .string(metric.name), "same": .bool(metric.isSame),
                        "expected": metric.expected ?? .null, "found": metric.found ?? .null,
                    ])
                }),
            "notCompared": .array(notCompared.map(JSONValue.string)),
        ])
    }
}

extension ReproductionReport.Output {
    fileprivate var json: JSONValue {
        .object([
            "path": .string(path), "same": .bool(isSame), "expected": expected?.recorded ?? .null,
            "found": found?.recorded ?? .null,
            "files": .array(
                files.map { .object(["path": .string($0.path), "change": .string($0.change.rawValue)]) }),
            "moreFiles": .int(Int64(moreFiles)),
        ])
    }
}

extension AttemptOutcome {
    fileprivate var json: JSONValue {
        .object([
            "reason": .string(reason), "message": .string(message),
            "exitCode": exitCode.map { .int(Int64($0)) } ?? .null,
        ])
    }
}

extension Reproduction {
    /// As `explain --output json` lists it.
    var json: JSONValue {
        .object([
            "number": .int(Int64(number)), "attempt": .int(Int64(original)), "host": .string(host),
            "requestedBy": .string(requestedBy), "startedAt": .string(startedAt.description),
            "endedAt": end.map { .string($0.at.description) } ?? .null,
            "outcome": end?.outcome.json ?? .null,
            "verdict": end?.verdict.map { .string($0.rawValue) } ?? .null,
        ])
    }
}
