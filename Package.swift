// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors where `CI` is set; on a developer's machine they stay warnings, so that a half-written
/// change can still be run.
let warnings: [SwiftSetting] = Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

let strict: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + warnings

/// The modules of the house, lowest first: a module may only name modules above it (the tidy test holds this).
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, exclude: ["README.md"], swiftSettings: strict)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], path: String? = nil, exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["Support"], path: path, exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "slipway",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "reconcile", targets: ["reconcile"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .systemLibrary(
            name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(
            name: "CArchive", pkgConfig: "libarchive",
            providers: [.apt(["libarchive-dev"]), .brew(["libarchive"])]),
        .systemLibrary(
            name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(name: "CSpawn"),

        module("YAML", ["CLibYAML"]),
        module("Manifests", ["YAML", "CCrypto"]),
        module("Records", ["YAML", "Manifests"]),
        module("Planning", ["YAML", "Manifests", "Records"]),
        module(
            "Store",
            ["YAML", "Manifests", "Records", "CPQ", "CSpawn", .product(name: "GRDB", package: "GRDB.swift")]),
        module(
            "Images",
            [
                "YAML", "Manifests", "CArchive", "CCurl",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        module("Engines", ["YAML", "Manifests", "Records", "Images", "CSpawn"]),
        module("Agents", ["YAML", "Manifests", "Records", "Store", "Images", "Engines"]),
        module(
            "Reconciler",
            [
                "YAML", "Manifests", "Records", "Planning", "Store", "Images", "Engines", "Agents",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .executableTarget(
            name: "reconcile",
            dependencies: [
                "YAML", "Manifests", "Records", "Planning", "Store", "Images", "Engines", "Agents", "Reconciler",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["README.md"],
            swiftSettings: strict),

        .target(
            name: "Support",
            dependencies: ["YAML", "Manifests", "Records", "Store", "Images", "Engines", "Agents", "CSpawn"],
            path: "Tests/Support", swiftSettings: strict),
        tests("YAMLTests", ["YAML"]),
        tests("ManifestsTests", ["YAML", "Manifests"]),
        tests("RecordsTests", ["Manifests", "Records"]),
        tests("PlanningTests", ["YAML", "Manifests", "Records", "Planning"], exclude: ["Golden"]),
        tests("StoreTests", ["YAML", "Manifests", "Records", "Store"]),
        tests("ImagesTests", ["YAML", "Manifests", "Images"]),
        tests("EnginesTests", ["YAML", "Manifests", "Records", "Images", "Engines"], exclude: ["Recorded"]),
        tests("AgentsTests", ["YAML", "Manifests", "Records", "Store", "Images", "Engines", "Agents"]),
        tests(
            "ReconcilerTests",
            ["YAML", "Manifests", "Records", "Planning", "Store", "Images", "Engines", "Agents", "Reconciler"]),
        tests(
            "EndToEndTests",
            [
                "reconcile", "YAML", "Manifests", "Planning", "Images",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]),
        tests("TidyTests", []),
        tests("TortureTests", ["reconcile", "CSpawn"], path: "Tests/Torture", exclude: ["README.md"]),

        .target(
            name: "Simulation",
            dependencies: [
                "YAML", "Manifests", "Records", "Planning", "Store", "Images", "Engines", "Agents", "Reconciler",
                "Support", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Tests/Simulation/Simulator", swiftSettings: strict),
        .executableTarget(
            name: "slipway-simulate", dependencies: ["Simulation"], path: "Tests/Simulation/slipway-simulate",
            swiftSettings: strict),
        tests("SimulationTests", ["Simulation"], path: "Tests/Simulation/SimulationTests"),

        .target(
            name: "Reading", dependencies: ["YAML", "Manifests"], path: "Tests/Fuzzing/Reading", swiftSettings: strict),
        tests("FuzzingTests", ["Reading"], path: "Tests/Fuzzing/FuzzingTests"),
    ]
)

// The benchmarks compare with C, which nobody needs in order to use or test Slipway: `make bench` asks for them.
if Context.environment["SLIPWAY_BENCH"] != nil {
    package.targets += [
        .target(name: "YAMLLoop", dependencies: ["CLibYAML"], path: "Benchmarks/YAMLLoop"),
        .target(name: "LayerLoop", dependencies: ["CArchive", "CCrypto"], path: "Benchmarks/LayerLoop"),
        .executableTarget(
            name: "slipway-bench",
            dependencies: [
                "YAML", "Manifests", "Records", "Store", "Engines", "Support", "LayerLoop", "YAMLLoop", "reconcile",
            ],
            path: "Benchmarks/slipway-bench", swiftSettings: strict),
    ]
}

// The fuzzer is compiled so that libFuzzer sees which code a file reaches: `make fuzz` asks for it.
if Context.environment["SLIPWAY_FUZZ"] != nil {
    package.targets += [
        .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzzing/CLibFuzzer"),
        .executableTarget(
            name: "slipway-fuzz", dependencies: ["CLibFuzzer", "Reading"], path: "Tests/Fuzzing/slipway-fuzz",
            swiftSettings: strict, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
    ]
}
