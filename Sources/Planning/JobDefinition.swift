import Manifests
import Records
import YAML

/// The part of a job version that turns a run's parameters into a command.
struct JobDefinition {
    var arguments: [Template]
    var environment: NamedValues<EnvironmentValue>
    var parameters: NamedValues<ParameterSchema>

    /// That of a version of which nothing is known.
    init() {
        arguments = []
        environment = [:]
        parameters = [:]
    }

    init(_ job: JobSpec) {
        arguments = job.command + job.args
        environment = job.env
        parameters = job.parameters
    }

    /// Reads the definition of a recorded version back, with the same rules by which manifests are read.
    init?(_ content: JobVersionContent) {
        guard let job = JobSpec(definition: content.definition) else { return nil }
        self.init(job)
    }

    /// The values of all parameters: those given, and the defaults of the others.
    func resolved(_ given: NamedValues<JSONValue>) -> [String: JSONValue] {
        given.overDefaults(of: parameters).mapValues(\.normalized)
    }

    /// What is wrong with given parameters under this version's own schema.
    func violations(of given: NamedValues<JSONValue>) -> [(parameter: String, violation: String)] {
        var found: [(String, String)] = []
        for (name, value) in given {
            guard let schema = parameters[name] else {
                found.append((name, "there is no parameter \(name)"))
                continue
            }
            found += schema.violations(of: value).map { (name, "parameter \($0.place(in: name)) \($0.problem)") }
        }
        for (name, schema) in parameters where given[name] == nil && schema.default == nil {
            found.append((name, "parameter \(name) is required"))
        }
        return found
    }
}
