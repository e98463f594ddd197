import Testing
import YAML

@testable import Manifests

/// One mistake: what is replaced in which sample, and what is said of it.
struct Mistake: Sendable, CustomTestStringConvertible {
    var sample: String
    var from: String
    var to: String
    var code: String
    var line: Int
    var column: Int
    var message: String
    var remedy: String

    init(
        _ sample: String, _ from: String, _ to: String, _ code: String, _ line: Int, _ column: Int, _ message: String,
        _ remedy: String = ""
    ) {
        self.sample = sample
        self.from = from
        self.to = to
        self.code = code
        self.line = line
        self.column = column
        self.message = message
        self.remedy = remedy
    }

    var testDescription: String { "\(from) → \(to)" }
}

@Suite("Manifests with mistakes")
struct BrokenManifestTests {
    static let envelope: [Mistake] = [
        Mistake(Sample.job, "slipway/v1", "apps/v1", "SLW2001", 1, 13, "not a Slipway manifest", "`.slipwayignore`"),
        Mistake(
            Sample.queue, "apiVersion: slipway/v1\n", "", "SLW2001", 1, 1, "it has no apiVersion", ".slipwayignore"),
        Mistake(Sample.job, "slipway/v1", "slipway/v2", "SLW2002", 1, 13, "must be `slipway/v1`", "did you mean"),
        Mistake(Sample.job, "slipway/v1", "sliway/v1", "SLW2002", 1, 13, "must be `slipway/v1`", "did you mean"),
        Mistake(
            Sample.job, "kind: Job", "kind: job", "SLW2006", 2, 7, "kind must be one of `Job`", "did you mean `Job`?"),
        Mistake(Sample.job, "kind: Job\n", "", "SLW2005", 1, 1, "kind is missing", "add `kind:`"),
        Mistake(Sample.job, "kind: Job", "kind: CronJob", "SLW2006", 2, 7, "and is the text “CronJob”"),
        Mistake(Sample.queue, "spec:", "specs:", "SLW2003", 4, 1, "no field `specs`", "did you mean `spec`?"),
        Mistake(Sample.job, "kind: Job", "Kind: Job", "SLW2003", 2, 1, "no field `Kind`", "did you mean `kind`?"),
        Mistake(
            Sample.job, "apiVersion", "apiversion", "SLW2003", 1, 1, "no field `apiversion`",
            "did you mean `apiVersion`?"),
        Mistake(Sample.pool, "metadata: {name: here}\n", "", "SLW2005", 1, 1, "metadata is missing"),
        Mistake(
            Sample.job, "kind: Job", "kind: Job\nstatus: {}", "SLW2003", 3, 1, "the manifest has no field `status`"),
        Mistake(Sample.job, "name: train", "nam: train", "SLW2003", 3, 12, "no field `nam`", "did you mean `name`?"),
        Mistake(Sample.job, "name: train", "name: Train", "SLW2007", 3, 18, "metadata.name must be a name", "a-z"),
        Mistake(Sample.job, "name: train", "name: 12", "SLW2004", 3, 18, "and is the number 12"),
        Mistake(
            Sample.job, "name: train", "name: train, labels: {a: 1}", "SLW2004", 3, 37, "metadata.labels.a must be"),
        Mistake(
            Sample.job, "name: train", "name: train, labels: {a/b/c: x}", "SLW2008", 3, 34, "a key of metadata.labels"),
        Mistake(
            Sample.job, "name: train", "name: train, annotations: {slipway/prune: 'no'}", "SLW2015", 3, 54,
            "must be \"true\" or \"false\""),
    ]

    static let fields: [Mistake] = [
        Mistake(
            Sample.job, "command:", "comand:", "SLW2003", 6, 3, "has no field `comand`", "did you mean `command`?"),
        Mistake(Sample.job, "[python3, train.py]", "[]", "SLW2012", 6, 12, "must have at least 1 item, and has 0"),
        Mistake(Sample.job, "[python3, train.py]", "python3", "SLW2004", 6, 12, "spec.command must be a list"),
        Mistake(
            Sample.job, "[python3, train.py]", "[python3, 3]", "SLW2004", 6, 22, "spec.command[1] must be text",
            "quotes"),
        Mistake(
            Sample.job, "parameters.lr}\"", "parameters.rl}\"", "SLW2022", 7, 19, "`${parameters.rl}`",
            "did you mean `lr`?"),
        Mistake(
            Sample.job, "${parameters.lr}", "x=${params.lr}", "SLW2021", 7, 21, "only `${parameters.name}`",
            "`${parameters.lr}`"),
        Mistake(Sample.job, "${parameters.lr}", "${parameters.lr", "SLW2021", 7, 19, "has `${` without `}`", "close"),
        Mistake(Sample.job, "${parameters.lr}", "${HOME}", "SLW2021", 7, 19, "refers to `${HOME}`", "write $${"),
        Mistake(Sample.job, "type: number", "type: float", "SLW2006", 9, 16, "spec.parameters.lr.type must be one of"),
        Mistake(Sample.job, "default: 0.01", "default: 2", "SLW2023", 9, 33, "default must be at most 1, and is 2"),
        Mistake(
            Sample.job, "exclusiveMinimum", "exclusiveMinimun", "SLW2003", 9, 39, "no field", "`exclusiveMinimum`?"),
        Mistake(
            Sample.job, "data: {type", "1data: {type", "SLW2008", 10, 5, "a key of spec.parameters must be the name"),
        Mistake(
            Sample.job, "{path: src}", "{}", "SLW2014", 5, 11, "of `path`, `git` and `image`, and has none"),
        Mistake(Sample.job, "{path: src}", "{path: src, image: x}", "SLW2014", 5, 11, "and has 2"),
        Mistake(Sample.job, "{path: src}", "{path: /src}", "SLW2050", 5, 18, "absolute path", "relative"),
        Mistake(Sample.job, "{path: src}", "{path: ../../src}", "SLW2051", 5, 18, "outside of the repository"),
        Mistake(Sample.job, "  command", "  timeout: 30\n  command", "SLW2004", 6, 12, "a duration such as 30s"),
        Mistake(Sample.job, "  command", "  timeout: 30 s\n  command", "SLW2007", 6, 12, "a duration such as 30s"),
        Mistake(Sample.job, "  command", "  timeout: 0s\n  command", "SLW2011", 6, 12, "must be between 1ms and 8760h"),
        Mistake(
            Sample.job, "  command", "  resources: {memory: 1GB}\n  command", "SLW2007", 6, 23, "such as 512Mi",
            "Ki, Mi"),
        Mistake(Sample.job, "  command", "  resources: {cpu: -1}\n  command", "SLW2007", 6, 20, "processor cores"),
        Mistake(Sample.job, "  command", "  resources: {gpu: 1.5}\n  command", "SLW2011", 6, 20, "between 0 and 1024"),
        Mistake(
            Sample.job, "  command", "  retry: {on: [eror]}\n  command", "SLW2006", 6, 16, "spec.retry.on[0]",
            "`error`?"),
        Mistake(Sample.job, "  command", "  retry: {on: [error, error]}\n  command", "SLW2013", 6, 23, "twice"),
        Mistake(
            Sample.job, "  command", "  retry: {backoff: {factor: 0}}\n  command", "SLW2011", 6, 29, "between 1 and 100"
        ),
        Mistake(Sample.job, "  command", "  outputs: [../x]\n  command", "SLW2007", 6, 13, "a path below the folder"),
        Mistake(
            Sample.job, "  command", "  env: {A-B: x}\n  command", "SLW2008", 6, 9,
            "the name of an environment variable"),
        Mistake(
            Sample.job, "  command", "  env: {A: 1}\n  command", "SLW2004", 6, 12, "spec.env.A must be text",
            "quotes: \"1\""),
        Mistake(
            Sample.job, "  command", "  env: {A: {secret: T_x}}\n  command", "SLW2007", 6, 21, "the name of a secret"),
        Mistake(
            Sample.job, "  command", "  env: {A: {secrt: x}}\n  command", "SLW2003", 6, 13, "no field `secrt`",
            "`secret`?"),
        Mistake(
            Sample.job, "  command", "  build: {python: {version: 3.10}}\n  command", "SLW2004", 6, 29,
            "and is the number 3.10", "in quotes"),
        Mistake(Sample.queue, "local-process", "local-proces", "SLW2006", 5, 13, "spec.resource", "`local-process`?"),
        Mistake(Sample.queue, "  variables", "  suspend: yes\n  variables", "SLW2004", 6, 12, "`true` or `false`"),
        Mistake(Sample.queue, "  variables", "  concurrency: 0\n  variables", "SLW2011", 6, 16, "between 1 and"),
        Mistake(
            Sample.queue, "  variables", "  config: []\n  variables", "SLW2004", 6, 11, "config must be a mapping"),
        Mistake(Sample.pool, "[local]", "[]", "SLW2012", 4, 16, "spec.queues must have at least 1 item"),
        Mistake(Sample.pool, "[local]", "[a/b/c]", "SLW2009", 4, 17, "must name `name` or `namespace/name`"),
        Mistake(
            Sample.pool, "[local]}", "[local], builder: oci}", "SLW2004", 4, 34, "spec.builder must be a mapping",
            "`type`"),
        Mistake(Sample.run, "job: train", "job: train@v0", "SLW2010", 5, 8, "which is no version", "v1, v2"),
        Mistake(Sample.run, "job: train", "job: train@latest", "SLW2010", 5, 8, "“latest”"),
        Mistake(
            Sample.run, "  queue: local", "  queue: local\n  priority: urgent", "SLW2006", 7, 13, "`critical`, `high`"),
        Mistake(Sample.run, "  queue: local", "  queue: local\n  repeat: 0", "SLW2011", 7, 11, "between 1 and"),
        Mistake(Sample.run, "  queue: local\n", "", "SLW2005", 5, 3, "spec.queue is missing"),
    ]

    static let unavailable: [Mistake] = [
        Mistake(Sample.queue, "local-process", "sagemaker", "SLW2090", 5, 13, "`sagemaker` is not", "local-process"),
        Mistake(Sample.pool, "[local]", "[local], builder: {type: kaniko}", "SLW2092", 4, 41, "`kaniko`", "oci"),
        Mistake(
            Sample.pool, "[local]", "[local], artifacts: {location: \"oci:u:p@r.io/x\"}", "SLW2240", 4, 47,
            "holds credentials", "docker login"),
        Mistake(
            Sample.pool, "[local]", "[local], artifacts: {location: \"oci://u:p@r.io/x\"}", "SLW2240", 4, 47,
            "holds credentials", "docker login"),
        Mistake(
            Sample.pool, "[local]", "[local], artifacts: {location: \"https://u:p@r.io/x\"}", "SLW2240", 4, 47,
            "holds credentials", "docker login"),
        Mistake(
            Sample.pool, "[local]", "[local], artifacts: {location: \"s3://bucket/x\"}", "SLW2241", 4, 47, "`s3:`",
            "oci:HOST/PATH"),
        Mistake(
            Sample.pool, "[local]", "[local], artifacts: {location: \"oci:r.io\"}", "SLW2242", 4, 47,
            "names no repository", "oci:HOST/PATH"),
        Mistake(
            Sample.pool, "[local]", "[local], artifacts: {location: \"oci:team/x\"}", "SLW2242", 4, 47,
            "`team` is no host", "oci:HOST/PATH"),
        Mistake(
            Sample.pool, "[local]", "[local], artifacts: {location: \"oci:r.io/X\"}", "SLW2242", 4, 47, "a-z, 0-9",
            "oci:HOST/PATH"),
        Mistake(
            Sample.pool, "[local]", "[local], artifacts: {location: \"oci:r.io/x:v1\"}", "SLW2242", 4, 47, "a tag",
            "oci:HOST/PATH"),
        Mistake(
            Sample.pool, "[local]", "[local], artifacts: {location: \"oci:r.io:99999/x\"}", "SLW2242", 4, 47, "no host",
            "oci:HOST/PATH"),
        Mistake(
            Sample.pool, "[local]", "[local], artifacts: {location: \"oci:r.io/a//b\"}", "SLW2242", 4, 47, "a-z, 0-9",
            "oci:HOST/PATH"),
        Mistake(
            Sample.pool, "[local]", "[local], artifacts: {location: ../x}", "SLW2243", 4, 47, "above where it starts",
            "absolute path"),
        Mistake(
            Sample.pool, "[local]", "[local], artifacts: {location: .git/x}", "SLW2243", 4, 47, "Git's own",
            "absolute path"),
        Mistake(
            Sample.pool, "[local]", "[local], registry: {location: layuot}", "SLW2118", 4, 46, "registry",
            "registry.example.com/team"),
        Mistake(
            Sample.job, "{path: src}", "{git: {repository: 'h:r', ref: v1}}", "SLW2094", 5, 17, "Git", "`path`"),
        Mistake(Sample.job, "{path: src}", "{image: a/b}", "SLW2095", 5, 19, "an image as", "`path`"),
        Mistake(
            Sample.job, "  command", "  build: {baseImage: 'oci:'}\n  command", "SLW2110", 6, 22, "names no path",
            "oci:PATH"),
        Mistake(
            Sample.job, "  command", "  build: {baseImage: 'oci:x@sha256:12'}\n  command", "SLW2110", 6, 22,
            "64 digits"),
        Mistake(
            Sample.job, "  command", "  build: {baseImage: 'docker-archive:x:'}\n  command", "SLW2110", 6, 22, "no name"
        ),
        Mistake(
            Sample.job, "  command", "  build: {baseImage: 'oci-archive:../../x'}\n  command", "SLW2111", 6, 22,
            "outside of the repository", "absolute"),
        Mistake(
            Sample.job, "  command", "  build: {baseImage: 'Up/Per:1'}\n  command", "SLW2116", 6, 22, "no image",
            "HOST"),
        Mistake(
            Sample.job, "  command", "  build: {baseImage: 'me:secret@r.io/x'}\n  command", "SLW2115", 6, 22,
            "credentials", "docker login"),
        Mistake(
            Sample.job, "  command", "  build: {systemPackages: [git]}\n  command", "SLW2127", 6, 27,
            "no distribution", "debian"),
        Mistake(
            Sample.job, "  command", "  build: {baseImage: 'debian:12', systemPackages: [git, '-o']}\n  command",
            "SLW2126", 6, 57, "\"-o\" is no name", "libgomp1"),
        Mistake(
            Sample.job, "  command", "  build: {dockerfile: Dockerfile, baseImage: 'debian:12'}\n  command", "SLW2125",
            6, 46, "spec.build.baseImage says nothing", "in the Dockerfile"),
        Mistake(
            Sample.job, "  command",
            "  build: {dockerfile: Dockerfile, python: {requirements: r.txt}}\n  command", "SLW2125", 6, 58,
            "spec.build.python.requirements", "leave `dockerfile` out"),
        Mistake(
            Sample.job, "  command", "  build: {platforms: [linux/arm64, linux/amd64]}\n  command", "SLW2099", 6, 22,
            "several platforms", "a job for each"),
        Mistake(
            Sample.job, "  command", "  build: {platforms: [linux/arm]}\n  command", "SLW2120", 6, 22, "`linux/arm",
            "linux/arm64"),
        Mistake(
            Sample.job, "  command", "  build: {python: {requirements: environment.yml}}\n  command", "SLW2121", 6, 34,
            "conda", "requirements.txt"),
        Mistake(
            Sample.job, "  command", "  build: {python: {requirements: env/conda-linux-64.lock}}\n  command", "SLW2121",
            6, 34, "conda"),
        Mistake(
            Sample.job, "  command", "  build: {python: {requirements: poetry.lock}}\n  command", "SLW2122", 6, 34,
            "Poetry", "export"),
        Mistake(
            Sample.queue, "  variables", "  config: {image: x}\n  variables", "SLW2100", 6, 12,
            "no configuration `image`"),
    ]

    @Test("Each is said once, at its place, with what to do", arguments: envelope + fields + unavailable)
    func mistake(_ mistake: Mistake) throws {
        try #require(mistake.sample.contains(mistake.from))
        let text = mistake.sample.replacing(mistake.from, with: mistake.to, maxReplacements: 1)
        let loaded = Sample.load(text)
        // A sample alone refers to others that are not there, and a missing name leaves more unsaid than said.
        let found = loaded.diagnostics.filter {
            $0.severity == .error && !["SLW2041", "SLW2042"].contains($0.code.rawValue)
        }
        let expected = found.first { $0.code.rawValue == mistake.code }
        let diagnostic = try #require(expected, "\(found.map(\.summary))")
        #expect(
            diagnostic.location?.description == "m/a.yaml:\(mistake.line):\(mistake.column)", "\(diagnostic.summary)")
        #expect(diagnostic.message.contains(mistake.message), "\(diagnostic.message)")
        #expect((diagnostic.remedy ?? "").contains(mistake.remedy), "\(diagnostic.remedy ?? "none")")
        #expect(found.count == 1, "\(found.map(\.summary))")
    }

    @Test("Values of the wrong type anywhere give messages and nothing worse")
    func anythingAnywhere() {
        var generator = SplitMix64(seed: 11)
        let values = [
            "null", "[]", "{}", "[[1]]", "{a: {b: 1}}", "-1", "1e400", "'\\0'", "\"\\0\"", ".nan", "x y", "*a",
        ]
        let lines = Sample.all.split(separator: "\n", omittingEmptySubsequences: false)
        for _ in 0..<2000 {
            var changed = lines
            for _ in 0...Int.random(in: 0..<2, using: &generator) {
                let index = Int.random(in: changed.indices, using: &generator)
                guard let colon = changed[index].firstIndex(of: ":") else { continue }
                let value = values[Int.random(in: values.indices, using: &generator)]
                changed[index] = "\(changed[index][...colon]) \(value)"
            }
            let loaded = Sample.load(changed.joined(separator: "\n"))
            #expect(loaded.diagnostics.allSatisfy { !$0.message.isEmpty && $0.location != nil })
        }
    }

    @Test("A flood of mistakes ends")
    func flood() {
        let fields = (0..<20_000).map { "  comand\($0): x\n" }.joined()
        let loaded = Sample.load("apiVersion: slipway/v1\nkind: Job\nmetadata: {name: a}\nspec:\n" + fields)
        #expect((100...1000).contains(loaded.diagnostics.count))
    }
}

extension Diagnostic {
    var summary: String { "\(code.rawValue) \(location.map(\.description) ?? "") \(message)" }
}
