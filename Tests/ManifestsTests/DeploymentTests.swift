import Testing
import YAML

@testable import Manifests

/// Pools whose agents are a Deployment of a cluster.
@Suite struct DeploymentTests {
    private static let good = """
        apiVersion: slipway/v1
        kind: AgentPool
        metadata: {name: gpu}
        spec:
          queues: [local]
          placement: kubernetes
          replicas: 2
          registry: {location: registry.example.com/team}
          deployment:
            context: prod
            namespace: ml
            allow: [serviceAccount]
            template:
              spec:
                strategy: {type: Recreate}
                template:
                  metadata: {labels: {team: vision}}
                  spec:
                    serviceAccountName: slipway
                    containers:
                    - name: agent
                      image: registry.example.com/slipway:1
                      env:
                      - {name: SLIPWAY_STATE, valueFrom: {secretKeyRef: {name: slipway, key: state}}}

        """

    private func load(_ pool: String) -> LoadedManifests {
        Sample.load([Sample.queue, pool].joined(separator: "---\n"))
    }

    private func codes(_ pool: String) -> [String] {
        load(pool).diagnostics.filter { $0.severity == .error }.map(\.code.rawValue)
    }

    @Test func aWholeOneIsRead() throws {
        let loaded = load(Self.good)
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        let spec = try #require(loaded.desired.pools[ObjectName(name: "gpu")]?.spec)
        let deployment = try #require(spec.deployment)
        #expect(deployment.context == "prod" && deployment.namespace == "ml" && deployment.allow == ["serviceAccount"])
        #expect(deployment.template["spec"]?["strategy"] == ["type": "Recreate"])
        // What is recorded is read as what was written.
        #expect(RecordedSpec.agentPool(spec.canonical) == spec)
    }

    /// Records from before there was such a thing stay as they are.
    @Test func whereThereIsNoneNothingIsRecordedOfIt() throws {
        let pool = try #require(load(Sample.pool).desired.pools.values.first)
        #expect(pool.spec.canonical["deployment"] == nil)
        let bare = Self.good.replacing("    context: prod\n    namespace: ml\n    allow: [serviceAccount]\n", with: "")
            .replacing("            serviceAccountName: slipway\n", with: "")
        let spec = try #require(load(bare).desired.pools.values.first?.spec)
        #expect(spec.canonical["deployment"]?.object?.keys.sorted() == ["allow", "template"])
    }

    static let mistakes: [(from: String, to: String, code: String, words: String)] = [
        ("placement: kubernetes", "placement: remote", "SLW2471", "`remote` has no Deployment"),
        ("  registry: {location: registry.example.com/team}\n", "", "SLW2478", "OCI layout"),
        ("allow: [serviceAccount]", "allow: []", "SLW2476", "(serviceAccount)"),
        ("allow: [serviceAccount]", "allow: [servceAccount, serviceAccount]", "SLW2132", "`servceAccount`"),
        ("allow: [serviceAccount]", "allow: serviceAccount", "SLW2004", "a list"),
        ("namespace: ml", "namespace: M_L", "SLW2007", "a name"),
        (
            "      spec:\n        strategy", "      kind: DaemonSet\n      spec:\n        strategy", "SLW2473",
            "Deployment"
        ),
        ("      spec:\n        strategy", "      apiVersion: v1\n      spec:\n        strategy", "SLW2473", "apps/v1"),
        (
            "      spec:\n        strategy", "      metadata: {name: x}\n      spec:\n        strategy", "SLW2472",
            "`metadata.name`"
        ),
        (
            "      spec:\n        strategy", "      metadata: {namespace: x}\n      spec:\n        strategy", "SLW2472",
            "spec.deployment.namespace"
        ),
        ("strategy: {type: Recreate}", "replicas: 3", "SLW2472", "spec.replicas of the pool"),
        ("strategy: {type: Recreate}", "selector: {matchLabels: {a: b}}", "SLW2472", "`spec.selector`"),
        ("{team: vision}", "{slipway.dev/pool: x}", "SLW2472", "slipway.dev/pool"),
        ("{team: vision}", "{app.kubernetes.io/managed-by: me}", "SLW2472", "managed-by"),
        ("serviceAccountName: slipway", "restartPolicy: Never", "SLW2477", "always started again"),
        ("serviceAccountName: slipway", "hostNetwork: true", "SLW2476", "(hostNetwork)"),
        ("serviceAccountName: slipway", "volumes: [{name: v, hostPath: {path: /}}]", "SLW2476", "add hostPath to"),
        ("- name: agent", "- name: Agent", "SLW2475", "a name and an image"),
        ("image: registry.example.com/slipway:1", "image: ''", "SLW2475", "a name and an image"),
        (
            "valueFrom: {secretKeyRef: {name: slipway, key: state}}", "value: 'postgres://u:secret@db/x'", "SLW2479",
            "`SLIPWAY_STATE` holds an address with a password"
        ),
    ]

    @Test(arguments: mistakes) func aMistakeIsToldWithItsPlace(
        from: String, to: String, code: String, words: String
    ) throws {
        try #require(Self.good.contains(from), "\(from)")
        let found = load(Self.good.replacing(from, with: to, maxReplacements: 1)).diagnostics
        let own = try #require(found.first { $0.code.rawValue == code }, "\(found)")
        #expect("\(own.message) \(own.remedy ?? "")".contains(words), "\(own)")
        #expect(own.location != nil && !own.message.contains("u:secret"))
    }

    @Test func withoutOneThePlacementIsNoUse() {
        let head = Self.good.part(before: "  deployment:")
        #expect(codes(head) == ["SLW2470"])
        #expect(codes(head + "  deployment: {template: {}}\n") == ["SLW2474"])
        #expect(codes(head + "  deployment: {}\n") == ["SLW2005"])
        #expect(codes(head + "  deployment: {template: []}\n") == ["SLW2004"])
        #expect(
            codes(head + "  deployment: {template: {spec: {template: {spec: {containers: [x]}}}}}\n") == ["SLW2475"])
    }

    /// An address without a password is nobody's secret.
    @Test(arguments: ["postgres://u@db/x", "https://host/a:b@c", "no address", "u:p@host"])
    func otherValuesStay(value: String) {
        let text = Self.good.replacing(
            "valueFrom: {secretKeyRef: {name: slipway, key: state}}", with: "value: '\(value)'")
        #expect(codes(text).isEmpty, "\(codes(text))")
    }
}

extension String {
    fileprivate func part(before text: String) -> String {
        firstRange(of: text).map { String(self[..<$0.lowerBound]) } ?? String(self)
    }
}
