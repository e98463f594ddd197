public import YAML

extension ManifestSchemas {
    /// The order in which the fields of a document are written: that of their declarations. What is no manifest stays
    /// as it is.
    public static func fieldOrder(of document: Node) -> FieldOrder {
        guard document["apiVersion"]?.textEquals("slipway/v1") == true, let kind = document["kind"] else {
            return .asWritten
        }
        if kind.text == DefaultsSpec.kind { return defaultsOrder }
        return Kind(rawValue: kind.text).flatMap { fieldOrders[$0] } ?? envelope(spec: .asWritten)
    }

    private static let defaultsOrder = envelope(spec: DefaultsSpec.schema.order)

    private static let fieldOrders = [
        Kind.job: envelope(spec: JobSpec.schema.order), .queue: envelope(spec: QueueSpec.schema.order),
        .agentPool: envelope(spec: AgentPoolSpec.schema.order), .run: envelope(spec: RunSpec.schema.order),
        .policy: envelope(spec: PolicySpec.schema.order),
    ]

    private static func envelope(spec: FieldOrder) -> FieldOrder {
        FieldOrder(fields: [
            ("apiVersion", .asWritten), ("kind", .asWritten), ("metadata", Metadata.schema.order), ("spec", spec),
        ])
    }
}
