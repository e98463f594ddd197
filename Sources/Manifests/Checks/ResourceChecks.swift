import YAML

/// What a job asks for and can never get, and what it says that means nothing: all of it runs, but not as was meant.
enum ResourceChecks {
    static func warnings(_ job: Manifest<JobSpec>, _ document: Node) -> [Diagnostic] {
        let spec = job.spec
        guard let written = document["spec"] else { return [] }
        var found: [Diagnostic] = []
        if let memory = spec.resources.memory, memory.bytes < 1 << 20, let node = written["resources"]?["memory"] {
            found.append(.memoryWithoutUnit(memory, node))
        }
        if let cpu = spec.resources.cpu, cpu.millicores == 0, let node = written["resources"]?["cpu"] {
            found.append(.noProcessor(at: node.location))
        }
        guard let retry = written["retry"], retry.kind == .mapping else { return found }
        if spec.retry.limit == 0, let key = retry.key("on") ?? retry.key("backoff") {
            found.append(.retriesNever(key.text, at: key.location, limit: retry["limit"]?.location))
        }
        if spec.retry.on.contains(.timeout), spec.timeout == nil, let words = retry["on"],
            let word = words.elements.first(where: { $0.textEquals("timeout") })
        {
            found.append(.retryWithoutTimeout(at: word.location))
        }
        let backoff = spec.retry.backoff
        if backoff.initial > backoff.maximum, let place = retry["backoff"] {
            found.append(
                .backoffBeyondMaximum(
                    backoff, at: (place["initial"] ?? place).location, maximum: place["maximum"]?.location))
        }
        return found
    }

    /// Jobs that ask for more than the queue of a run gives, each pair once.
    static func unmet(_ desired: DesiredState, unsound: Set<ObjectKey>) -> [Diagnostic] {
        let queues = desired.queues.filter { name, queue in
            !unsound.contains(ObjectKey(.queue, name))
                && QueueCapacity.speaksOfResources(queue.spec.config, of: queue.spec.resource)
        }
        guard !queues.isEmpty else { return [] }
        var found: [Diagnostic] = []
        var told: Set<Pair> = []
        for (name, run) in desired.runs.sorted(by: { $0.key < $1.key }) {
            guard !unsound.contains(ObjectKey(.run, name)), let queue = queues[run.spec.queue],
                let job = desired.jobs[run.spec.job.name], !unsound.contains(ObjectKey(.job, run.spec.job.name)),
                job.spec.asksForSomething, !told.contains(Pair(job: run.spec.job.name, queue: run.spec.queue))
            else { continue }
            let variables = run.spec.variables.overDefaults(of: queue.spec.variables)
            let document = QueueTemplate.rendered(
                queue.spec.config, variables: variables, macros: [:], parameters: desired.resolvedParameters(of: run))
            let diagnostics = compare(job, QueueCapacity(document, of: queue.spec.resource), queue, run)
            guard !diagnostics.isEmpty else { continue }
            told.insert(Pair(job: run.spec.job.name, queue: run.spec.queue))
            found += diagnostics
        }
        return found
    }

    private struct Pair: Hashable {
        var job: ObjectName
        var queue: ObjectName
    }

    private static func compare(
        _ job: Manifest<JobSpec>, _ capacity: QueueCapacity, _ queue: Manifest<QueueSpec>, _ run: Manifest<RunSpec>
    ) -> [Diagnostic] {
        guard !capacity.isEmpty else { return [] }
        var found: [Diagnostic] = []
        func tell(_ asked: String, _ given: String, _ field: [String], _ path: [String]) {
            let config = queue.origin.document["spec"]?["config"]
            found.append(
                .resourcesUnmet(
                    asked, given, job: job.metadata.objectName, queue: queue.metadata.objectName,
                    run: run.metadata.objectName, at: job.origin.location(of: ["spec"] + field),
                    given: config?.location(at: path) ?? queue.origin.location(of: ["spec", "config"])))
        }
        let asked = job.spec.resources
        if let cpu = asked.cpu, let given = capacity.cpu, cpu.millicores > given.value.millicores {
            tell("\(cpu) cores", "\(given.value)", ["resources", "cpu"], given.path)
        }
        if let memory = asked.memory, let given = capacity.memory, memory.bytes > given.value.bytes {
            tell("\(memory) of memory", "\(given.value)", ["resources", "memory"], given.path)
        }
        if let given = capacity.gpus, asked.gpu > given.value {
            tell(asked.gpu == 1 ? "1 GPU" : "\(asked.gpu) GPUs", "\(given.value)", ["resources", "gpu"], given.path)
        }
        if let timeout = job.spec.timeout, let given = capacity.time, timeout > given.value {
            tell("up to \(DurationText.text(timeout))", DurationText.text(given.value), ["timeout"], given.path)
        }
        return found
    }
}

extension JobSpec {
    fileprivate var asksForSomething: Bool {
        resources.cpu != nil || resources.memory != nil || resources.gpu > 0 || timeout != nil
    }
}

extension ResourceChecks {
    /// Requests above their limits, which Kubernetes refuses for each run.
    static func refusals(_ queue: Manifest<QueueSpec>) -> [Diagnostic] {
        guard queue.spec.resource == .kubernetes, let config = queue.origin.document["spec"]?["config"] else {
            return []
        }
        var found: [Diagnostic] = []
        var pending = [config]
        while let node = pending.popLast() {
            pending += node.elements
            for (key, value) in node.entries {
                pending.append(value)
                guard key.textEquals("resources"), let requests = value["requests"], let limits = value["limits"] else {
                    continue
                }
                for (name, request) in requests.entries {
                    guard let limit = limits[name.text], let asked = amount(request, of: name.text),
                        let most = amount(limit, of: name.text), asked > most
                    else { continue }
                    found.append(
                        .requestAboveLimit(
                            name.text, request.text, limit.text, at: request.location, limit: limit.location))
                }
            }
        }
        return found
    }

    /// A quantity as a number, in a unit of its own; `nil` for what is filled in for each run.
    private static func amount(_ node: Node, of resource: String) -> Int64? {
        guard node.kind == .scalar else { return nil }
        return resource == "cpu" ? CPUQuantity(node.text)?.millicores : ByteQuantity(node.text)?.bytes
    }
}
