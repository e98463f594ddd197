import Manifests
import Testing
import YAML

@Suite("Loading files and folders")
struct LoaderTests {
    @Test func findsManifestsInSubfoldersInOrder() async throws {
        let folder = try TemporaryFolder()
        try folder.write("m/b.yaml", Sample.queue)
        try folder.write("m/deep/er/a.yml", Sample.pool)
        try folder.write("m/a.yaml", Sample.job)
        try folder.write("m/.hidden/x.yaml", "nonsense: [")
        try folder.write("m/notes.txt", "nonsense: [")
        try folder.make("m/src")
        let loaded = await folder.load("m")
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        #expect(loaded.files == 3 && loaded.documents == 3)
        #expect(loaded.desired.queues.values.first?.origin.location.path == "m/b.yaml")
    }

    @Test func aFileIsReadOnceHoweverOftenItIsNamed() async throws {
        let folder = try TemporaryFolder()
        try folder.write("m/a.yaml", Sample.queue)
        try folder.link("m/b.yaml", to: "a.yaml")
        try folder.link("m/again", to: "../m2")
        try folder.write("m2/c.yaml", Sample.queue.replacing("local}", with: "other}"))
        for paths in [["m", "m/a.yaml", "m2"], ["m2", "m/b.yaml", "m"]] {
            let loaded = await folder.load(paths)
            #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
            #expect(loaded.files == 2)
        }
    }

    @Test func missingPathsAndNoManifests() async throws {
        let folder = try TemporaryFolder()
        try folder.make("empty")
        let missing = await folder.load("nothing")
        #expect(missing.diagnostics.map(\.code) == ["SLW2070"])
        let empty = await folder.load("empty")
        #expect(empty.diagnostics.isEmpty && empty.files == 0 && empty.documents == 0 && empty.desired.isEmpty)
    }

    @Test func foldersOfSourcesAreNotSearched() async throws {
        let folder = try TemporaryFolder()
        try folder.write("m/a.yaml", Sample.job.replacing("path: src", with: "path: ../m/src"))
        try folder.write("m/src/config.yaml", "lr: 1\n")
        try folder.write("m/src/broken.yaml", "a: [")
        try folder.write("m/src/job.yaml", Sample.queue)
        try folder.link("m/src/out.yaml", to: "/etc/hostname")
        try folder.write("m/other.yaml", Sample.queue)
        let loaded = await folder.load("m")
        #expect(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        #expect(loaded.files == 2 && loaded.desired.queues.count == 1)
    }

    @Test("A job beside its own code hides nothing")
    func sourceHere() async throws {
        let folder = try TemporaryFolder()
        try folder.write("m/job.yaml", Sample.job.replacing("path: src", with: "path: ."))
        try folder.write("m/queue.yaml", Sample.queue)
        let loaded = await folder.load("m")
        #expect(loaded.diagnostics.isEmpty && loaded.files == 2, "\(loaded.diagnostics)")
    }

    @Test("A file with a job for its own folder still hides the sources of its other jobs")
    func sourceHereAndBelow() async throws {
        let folder = try TemporaryFolder()
        let here = Sample.job.replacing("path: src", with: "path: .").replacing("train}", with: "here}")
        try folder.write("m/job.yaml", here + "---\n" + Sample.job)
        try folder.write("m/src/config.yaml", "a: 1")
        let loaded = await folder.load("m")
        #expect(loaded.diagnostics.isEmpty && loaded.files == 1, "\(loaded.diagnostics)")
    }

    @Test("Two jobs that name each other's folders hide neither; a job in a source does not count")
    func nestedSources() async throws {
        let folder = try TemporaryFolder()
        func job(_ name: String, _ path: String) -> String {
            Sample.job.replacing("name: train", with: "name: \(name)").replacing("path: src", with: "path: \(path)")
        }
        try folder.write("m/a/job.yaml", job("a", "../b"))
        try folder.write("m/b/job.yaml", job("b", "../a"))
        try folder.write("m/top.yaml", job("top", "c"))
        try folder.write("m/c/job.yaml", job("hidden", "../d"))
        try folder.write("m/d/job.yaml", job("d", "."))
        let loaded = await folder.load("m")
        #expect(loaded.desired.jobs.keys.map(\.name).sorted() == ["a", "b", "d", "top"], "\(loaded.diagnostics)")
    }

    @Test func ignoreFiles() async throws {
        let folder = try TemporaryFolder()
        try folder.write(".slipwayignore", "charts/\n*.gen.yaml\n")
        try folder.write("m/.slipwayignore", "/values.yaml\n!keep.gen.yaml\n")
        try folder.write("m/charts/x.yaml", "a: 1")
        try folder.write("m/x.gen.yaml", "a: 1")
        try folder.write("m/values.yaml", "a: 1")
        try folder.write("m/deep/values.yaml", Sample.pool)
        try folder.write("m/keep.gen.yaml", Sample.queue)
        let loaded = await folder.load("m")
        #expect(loaded.diagnostics.isEmpty && loaded.files == 2, "\(loaded.diagnostics)")
    }

    @Test func whatIsNotSlipwaysIsAnError() async throws {
        let folder = try TemporaryFolder()
        try folder.write("m/a.yaml", "---\nlr: 1\n---\n- x\n")
        let loaded = await folder.load("m")
        #expect(loaded.diagnostics.map(\.code) == ["SLW2001", "SLW2001"])
        #expect(loaded.diagnostics.allSatisfy { $0.remedy?.contains(".slipwayignore") == true })
    }

    @Test func symbolicLinks() async throws {
        let outside = try TemporaryFolder()
        try outside.write("x.yaml", Sample.queue)
        let folder = try TemporaryFolder()
        try folder.make("m")
        try folder.link("m/file.yaml", to: outside.path + "/x.yaml")
        try folder.link("m/folder", to: outside.path)
        try folder.link("m/loop", to: ".")
        try folder.link("m/self.yaml", to: "self.yaml")
        try folder.link("m/up", to: "..")
        try folder.link("m/nowhere.yaml", to: "missing.yaml")
        let loaded = await folder.load("m")
        let found = loaded.diagnostics.map { "\($0.code.rawValue) \($0.location?.path ?? "")" }
        #expect(
            found == [
                "SLW2074 m/file.yaml", "SLW2074 m/folder", "SLW2075 m/loop", "SLW2076 m/nowhere.yaml",
                "SLW2075 m/self.yaml", "SLW2075 m/up",
            ])
    }

    @Test("A path that somebody names may be outside, one inside that leads out may not")
    func namedPaths() async throws {
        let outside = try TemporaryFolder()
        try outside.write("x.yaml", Sample.queue)
        let folder = try TemporaryFolder()
        try folder.link("m", to: outside.path)
        let inside = await folder.load("m")
        #expect(inside.diagnostics.map(\.code) == ["SLW2074"])
        let named = await ManifestLoader(repositoryRoot: folder.path).load([outside.path])
        #expect(named.diagnostics.isEmpty && named.files == 1)
    }

    @Test("Links between folders are followed once, however they are knotted")
    func knots() async throws {
        let folder = try TemporaryFolder()
        for level in 0..<12 {
            try folder.make("m/\(level)")
            for name in ["x", "y", "z"] { try folder.link("m/\(level)/\(name)", to: "../\(level + 1)") }
        }
        try folder.write("m/12/a.yaml", Sample.queue)
        // Twelve folders of three names each and one file: whoever looks twice sees more than these.
        var limits = LoaderLimits()
        limits.entries = 40
        let loaded = await ManifestLoader(repositoryRoot: folder.path, limits: limits).load([folder.path + "/m/0"])
        #expect(loaded.diagnostics.isEmpty && loaded.files == 1)
    }

    @Test func specialAndLargeFiles() async throws {
        let folder = try TemporaryFolder()
        try folder.pipe("m/pipe.yaml")
        try folder.write("m/big.yaml", String(repeating: "#", count: 200))
        try folder.make("m/folder.yaml")
        var limits = LoaderLimits()
        limits.fileBytes = 100
        let loaded = await ManifestLoader(repositoryRoot: folder.path, limits: limits).load([folder.path + "/m"])
        #expect(loaded.diagnostics.map(\.code) == ["SLW2072", "SLW2077"])
    }

    @Test func limits() async throws {
        let folder = try TemporaryFolder()
        for index in 0..<10 { try folder.write("m/\(index).yaml", "#") }
        var limits = LoaderLimits()
        limits.files = 5
        let files = await ManifestLoader(repositoryRoot: folder.path, limits: limits).load([folder.path + "/m"])
        #expect(files.diagnostics.map(\.code) == ["SLW2073"])
        limits = LoaderLimits()
        limits.entries = 5
        let entries = await ManifestLoader(repositoryRoot: folder.path, limits: limits).load([folder.path + "/m"])
        #expect(entries.diagnostics.map(\.code) == ["SLW2073"])
        limits = LoaderLimits()
        limits.depth = 3
        try folder.write("d/1/2/3/4/a.yaml", "#")
        let depth = await ManifestLoader(repositoryRoot: folder.path, limits: limits).load([folder.path + "/d"])
        #expect(depth.diagnostics.map(\.code) == ["SLW2078"])
    }

    @Test("Only someone other than root can be refused a file", .enabled(if: !TemporaryFolder.isRoot))
    func unreadable() async throws {
        let folder = try TemporaryFolder()
        try folder.write("m/a.yaml", Sample.queue)
        try folder.write("m/closed/b.yaml", Sample.pool)
        folder.close("m/a.yaml")
        folder.close("m/closed")
        let loaded = await folder.load("m")
        #expect(loaded.diagnostics.map(\.code) == ["SLW2071", "SLW2071"])
        folder.open("m/closed")
    }

    static let sources: [(String, String, String)] = [
        ("path: nothing", "SLW2052", "there is no folder `nothing`"), ("path: file.txt", "SLW2053", "is not a folder"),
        ("path: out", "SLW2054", "leads out of the repository"), ("path: file.txt/x", "SLW2052", "there is no folder"),
        ("path: loop", "SLW2055", "form a loop"), ("path: ../..", "SLW2051", "outside of the repository"),
    ]

    @Test("A source must be a folder of the repository", arguments: sources)
    func source(_ path: String, _ code: String, _ message: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("m/a.yaml", Sample.job.replacing("path: src", with: path))
        try folder.write("m/file.txt", "")
        try folder.link("m/out", to: "/")
        try folder.link("m/loop", to: "loop")
        let loaded = await ManifestLoader(repositoryRoot: folder.path).load([folder.path + "/m/a.yaml"])
        #expect(loaded.diagnostics.map(\.code.rawValue) == [code])
        #expect(loaded.diagnostics.first?.message.contains(message) == true)
        #expect(loaded.diagnostics.first?.location?.description == "m/a.yaml:5:18")
    }

    @Test(arguments: [("missing.txt", "SLW2056"), ("folder", "SLW2056"), ("link.txt", "SLW2057"), ("good.txt", nil)])
    func requirements(_ name: String, _ code: String?) async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "m/a.yaml", Sample.job.replacing("  command", with: "  build: {python: {requirements: \(name)}}\n  command")
        )
        try folder.make("m/src/folder")
        try folder.write("m/src/good.txt", "")
        try folder.write("m/outside.txt", "")
        try folder.link("m/src/link.txt", to: "../outside.txt")
        let loaded = await folder.load("m")
        #expect(loaded.diagnostics.map(\.code.rawValue) == (code.map { [$0] } ?? []))
    }

    @Test("Many files on many cores give the same result each time")
    func order() async throws {
        let folder = try TemporaryFolder()
        for index in 0..<300 {
            let text = Sample.queue.replacing("name: local", with: "name: q\(index / 2)")
            try folder.write(
                "m/\(index % 7)/\(index).yaml", index % 5 == 0 ? text.replacing("spec", with: "sepc") : text)
        }
        let first = await folder.load("m")
        #expect(first.diagnostics.contains { $0.code == "SLW2040" } && first.files == 300)
        for _ in 0..<3 {
            let again = await folder.load("m")
            #expect(again.diagnostics == first.diagnostics)
            #expect(
                again.desired.queues.mapValues(\.origin.location) == first.desired.queues.mapValues(\.origin.location))
        }
    }

    @Test func aRepositoryThatIsNotThere() async {
        let loaded = await ManifestLoader(repositoryRoot: "/nonexistent/slipway").load(["/"])
        #expect(loaded.diagnostics.map(\.code) == ["SLW2079"])
    }
}
