extension RunSpec {
    static let schema = ObjectSchema<RunSpec>(
        RunSpec(), "One wanted execution of a job version on a queue",
        Field("job", \.job, .job, .required, "A job: `train` follows its newest version, `train@v3` is pinned"),
        Field("queue", \.queue, .reference, .required, "The queue it waits in"),
        Field("parameters", \.parameters, .values, "Values for the job's parameters"),
        Field("variables", \.variables, .values, "Values for the queue's variables"),
        Field("priority", \.priority, .word(), "Its place in a queue ordered by priority"),
        Field(
            "repeat", \.repeat, .int(1...1_000_000), "A greater number asks for the same computation once more"))
}
