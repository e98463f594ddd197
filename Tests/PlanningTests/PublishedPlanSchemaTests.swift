import Manifests
import Planning
import Testing

/// The schemas of plans in `schemas/` are what is declared today. `SLIPWAY_UPDATE_GOLDEN=1` writes them anew.
@Suite struct PublishedPlanSchemaTests {
    @Test func plan() throws { try expectGolden(PlanSchemas.plan.pretty + "\n", "../../schemas/plan.schema.json") }

    @Test func savedPlan() throws {
        try expectGolden(PlanSchemas.savedPlan.pretty + "\n", "../../schemas/saved-plan.schema.json")
    }
}
