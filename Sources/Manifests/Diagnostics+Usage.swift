import YAML

// What is declared and serves nothing, and what is asked for and never given.

extension Diagnostic {
    private static let silence = "or say that it is meant, by the annotation `\(Metadata.unusedAnnotation): \"true\"`"

    static func unusedJob(_ job: ObjectName, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2162", "no run uses Job/\(job)", at: location, severity: .warning,
            remedy: "add a Run with `job: \(job)`, remove the job, \(silence)")
    }

    static func unusedQueue(_ queue: ObjectName, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2163", "no run waits in Queue/\(queue)", at: location, severity: .warning,
            remedy: "name it in a Run, remove it, \(silence)")
    }

    /// `suspended` is the place that holds one of its queues.
    static func idlePool(_ pool: ObjectName, suspended: SourceLocation?, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2164",
            suspended == nil
                ? "AgentPool/\(pool) serves nothing: no run waits in any of its queues"
                : "AgentPool/\(pool) serves nothing: all its queues are suspended, or without runs",
            at: location, severity: .warning,
            notes: suspended.map { [Note("a queue is suspended here", at: $0)] } ?? [],
            remedy: "let it serve other queues, remove it, \(silence)")
    }

    static func unknownAnnotation(_ key: Node, known: [String]) -> Diagnostic {
        Diagnostic(
            "SLW2165", "`\(key.text.shortened(80))` is no annotation that Slipway knows, so it says nothing",
            at: key.location, severity: .warning,
            remedy: Suggestion.closest(to: key.text, among: known).map { "did you mean `\($0)`?" }
                ?? "what begins with `slipway/` is Slipway's own: \(known.inWords)")
    }

    static func badUnusedAnnotation(_ value: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2172",
            "`\(Metadata.unusedAnnotation)` must be \"true\" or \"false\", and is “\(value.shortened(40))”",
            at: location, remedy: "write \"true\" where nothing need use the object")
    }

    static func resourcesUnmet(
        _ asked: String, _ given: String, job: ObjectName, queue: ObjectName, run: ObjectName,
        at location: SourceLocation, given place: SourceLocation
    ) -> Diagnostic {
        Diagnostic(
            "SLW2166",
            "the job \(job) asks for \(asked), and the queue \(queue) gives its run \(run) \(given)", at: location,
            severity: .warning, notes: [Note("the queue fixes it here", at: place)],
            remedy: "ask for less, send the run to another queue, or leave it out of the queue's config, so that the "
                + "job decides")
    }

    static func requestAboveLimit(
        _ resource: String, _ request: String, _ limit: String, at location: SourceLocation, limit place: SourceLocation
    ) -> Diagnostic {
        Diagnostic(
            "SLW2173",
            "the pods request \(request.shortened(40)) of \(resource.shortened(60)), more than their limit of "
                + "\(limit.shortened(40)), and Kubernetes refuses such pods", at: location,
            notes: [Note("the limit is here", at: place)], remedy: "raise the limit, or lower the request")
    }

    static func memoryWithoutUnit(_ memory: ByteQuantity, _ node: Node) -> Diagnostic {
        let isNumber = node.text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let meant = isNumber && memory.bytes > 0 ? "\(node.text)Mi" : nil
        return Diagnostic(
            "SLW2170", "\(memory.bytes) bytes of memory are too little for any program", at: node.location,
            severity: .warning,
            remedy: meant.map { "did you mean `\($0)`?" } ?? "write it with Mi or Gi, or leave it out",
            fixes: meant.map { [Fix(replacing: node.location, with: $0)] } ?? [])
    }

    static func noProcessor(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2171", "no program runs on 0 processor cores", at: location, severity: .warning,
            remedy: "leave it out, or write a share such as 500m")
    }

    static func retriesNever(_ field: String, at location: SourceLocation, limit: SourceLocation?) -> Diagnostic {
        Diagnostic(
            "SLW2168", "`\(field)` says nothing, since no attempt follows the first: spec.retry.limit is 0",
            at: location,
            severity: .warning, notes: limit.map { [Note("the limit is here", at: $0)] } ?? [],
            remedy: "add `limit: 1` or more, or leave `\(field)` out")
    }

    static func retryWithoutTimeout(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "SLW2169", "no attempt ends by a timeout, since the job has none", at: location, severity: .warning,
            remedy: "add `timeout:` to the job, or take `timeout` out of spec.retry.on")
    }

    static func backoffBeyondMaximum(
        _ backoff: Backoff, at location: SourceLocation, maximum: SourceLocation?
    ) -> Diagnostic {
        let (initial, most) = (DurationText.text(backoff.initial), DurationText.text(backoff.maximum))
        return Diagnostic(
            "SLW2167", "the first wait is to be \(initial), and none is longer than the maximum of \(most)",
            at: location,
            severity: .warning, notes: maximum.map { [Note("the maximum is here", at: $0)] } ?? [],
            remedy: "lower `initial`, or raise `maximum` to at least \(initial)")
    }
}
