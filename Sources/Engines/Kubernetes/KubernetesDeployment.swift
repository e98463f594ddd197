import Manifests

/// A pool's Deployment as a cluster gets it: what its template says, and what Slipway owns of it.
struct KubernetesDeployment: Sendable, Hashable {
    let deployment: PoolDeployment

    enum Key {
        static let pool = "slipway.dev/pool"
        static let namespace = "slipway.dev/namespace"
        static let record = "slipway.dev/record"
        /// Of all that was applied: a field that is not wanted any more leaves no other trace.
        static let digest = "slipway.dev/digest"
    }

    /// What it and its pods are known by.
    static func mark(_ place: PoolDeployment.Place) -> [String: JSONValue] {
        [
            KubernetesIdentity.Key.managedBy: "slipway", Key.pool: .string(place.pool.name),
            Key.namespace: .string(place.pool.namespace), Key.record: .string(place.record),
        ]
    }

    /// Whether an object of the name is this record's, for this pool.
    static func isOwn(_ object: JSONValue, _ place: PoolDeployment.Place) -> Bool {
        let labels = object.at(["metadata", "labels"])
        return mark(place).allSatisfy { labels?[$0.key] == $0.value }
    }

    static func selector(_ place: PoolDeployment.Place) -> String {
        mark(place).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.string ?? "")" }.joined(separator: ",")
    }

    /// By whom fields are owned: another record's apply meets these as somebody else's.
    static func manager(_ place: PoolDeployment.Place) -> String { "slipway-\(place.record)" }

    /// The whole object. What is not said here is the cluster's, or somebody else's.
    var object: JSONValue {
        let mark = Self.mark(deployment.place)
        let pod = ["spec", "template"]
        var object = deployment.template
            .with("apps/v1", at: ["apiVersion"]).with("Deployment", at: ["kind"])
            .with(.string(deployment.place.name), at: ["metadata", "name"])
            .merging(mark, at: ["metadata", "labels"])
            .with(.int(Int64(deployment.replicas)), at: ["spec", "replicas"])
            .with(.object(mark), at: ["spec", "selector", "matchLabels"])
            .merging(mark, at: pod + ["metadata", "labels"])
        if object.at(pod + ["spec", "serviceAccountName"]) == nil {
            // What the agents run has no business with the cluster, unless the template says so.
            object = object.filled(with: false, at: pod + ["spec", "automountServiceAccountToken"])
        }
        var containers = object.at(pod + ["spec", "containers"])?.array ?? []
        if let index = containers.firstIndex(where: { $0["name"] == "agent" }) ?? containers.indices.first {
            let pool = deployment.place.pool
            containers[index] = containers[index].filled(with: ["reconcile"], at: ["command"])
                .filled(with: ["agent", "--pool", .string("\(pool.namespace)/\(pool.name)")], at: ["args"])
            object = object.with(.array(containers), at: pod + ["spec", "containers"])
        }
        let digest = Digest(of: object.canonicalText).description
        return object.merging([Key.digest: .string(digest)], at: ["metadata", "annotations"])
    }
}

extension JSONValue {
    /// Whether an object has all that another one says, where what a server adds to it does not count. Elements of
    /// lists are compared in their order, and numbers and quantities as they are written: `false` may still be the same
    /// to a cluster.
    func covers(_ wanted: JSONValue) -> Bool {
        switch (self, wanted) {
        case (.object(let own), .object(let members)):
            members.allSatisfy { own[$0.key]?.covers($0.value) ?? ($0.value == .null) }
        case (.array(let own), .array(let elements)):
            own.count == elements.count && zip(own, elements).allSatisfy { $0.covers($1) }
        default: self == wanted
        }
    }

    /// The paths at which two objects differ, in order and no more than a few; lists of one length element by element.
    func differences(from other: JSONValue, most: Int) -> [String] {
        var found: [String] = []
        compare(other, "", &found, most)
        return found
    }

    private func compare(_ other: JSONValue, _ path: String, _ found: inout [String], _ most: Int) {
        guard found.count < most, self != other else { return }
        switch (self, other) {
        case (.object(let own), .object(let others)):
            for key in Set(own.keys).union(others.keys).sorted() {
                let here = path.isEmpty ? key : "\(path).\(key)"
                (own[key] ?? .null).compare(others[key] ?? .null, here, &found, most)
            }
        case (.array(let own), .array(let others)) where own.count == others.count:
            for (index, pair) in zip(own, others).enumerated() {
                pair.0.compare(pair.1, "\(path)[\(index)]", &found, most)
            }
        default: found.append(path)
        }
    }
}
