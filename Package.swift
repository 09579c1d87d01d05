// swift-tools-version: 6.2
// The package is the architecture: a target imports only from the layers below it, never sideways.
// C libraries come from Debian (`apt-get install libcurl4-openssl-dev libsqlite3-dev libpq-dev
// libssl-dev libexpat1-dev libmicrohttpd-dev libsystemd-dev libzip-dev`); there are no Swift package dependencies.

import PackageDescription

/// Every module.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// Every module that neither wraps a C library nor owns a thread: memory-safe, by proof.
let safe: [SwiftSetting] = strict + [.strictMemorySafety()]

/// A C library of Debian's: a module map and a page of typed shims.
func library(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func module(
    _ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = strict
) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "lienthongd",
    products: [
        .executable(name: "lienthongd", targets: ["lienthongd"]),
        .executable(name: "lienthong-sandbox", targets: ["lienthong-sandbox"]),
    ],
    targets: [
        // Layer 0: C libraries, bytes on a wire, the tools of our concurrency.
        library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        library("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
        library("CPostgres", pkgConfig: "libpq", apt: "libpq-dev"),
        library("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        library("CExpat", pkgConfig: "expat", apt: "libexpat1-dev"),
        library("CMicrohttpd", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
        library("CZip", pkgConfig: "libzip", apt: "libzip-dev"),
        library("CSystemd", pkgConfig: "libsystemd", apt: "libsystemd-dev"),
        module("Wire", ["CCrypto", "CExpat"]),
        module("Execution", []),
        module("Operating", []),

        // Layer 1: each C library's only owner, and what a dossier is.
        module("SQLite", ["CSQLite", "Wire", "Operating"]),
        module("Postgres", ["CPostgres", "Wire", "Operating"]),
        module("Curl", ["CCurl", "Wire", "Execution", "Operating"]),
        module("Spreadsheet", ["CZip", "Wire", "Operating"]),
        module("Dossiers", ["Wire", "Operating"], safe),

        // Layer 2: what we owe, and each destination's dialect.
        module("Outbox", ["SQLite", "Dossiers", "Wire", "Operating"]),
        module("Contracts", ["Dossiers", "Wire", "Operating"], safe),

        // Layer 3: source to deliveries, deliveries to settlements.
        module(
            "Capture",
            ["Contracts", "Outbox", "Dossiers", "SQLite", "Postgres", "Wire", "Operating"]),
        module("Couriers", ["Contracts", "Outbox", "Dossiers", "Wire", "Operating"]),

        // Layer 4: the daemon put together; the far side for demo, training and tests.
        module(
            "LienThong",
            [
                "Capture", "Couriers", "Contracts", "Outbox", "Dossiers", "SQLite", "Curl", "Wire",
                "Execution", "Operating", "Spreadsheet", "CSystemd",
            ]),
        module(
            "Sandbox",
            ["CMicrohttpd", "Curl", "SQLite", "Postgres", "Wire", "Execution", "Operating"]),

        // Layer 5: two executables, each a page.
        .executableTarget(
            name: "lienthongd", dependencies: ["LienThong", "Sandbox"], swiftSettings: strict),
        .executableTarget(
            name: "lienthong-sandbox", dependencies: ["Sandbox"], swiftSettings: strict),

        // What several test targets share: a PostgreSQL server, folders and child processes of their own.
        .target(
            name: "TestSupport", dependencies: ["Postgres", "Operating"],
            path: "Tests/TestSupport", swiftSettings: strict),
        // The soak and the crash matrix: the two executables as processes, for hours.
        .executableTarget(
            name: "torture",
            dependencies: ["Outbox", "SQLite", "Wire", "Operating", "TestSupport"],
            path: "Tests/Torture", swiftSettings: strict),
        // The real daemon in a simulated world, and the command that runs seeds of it.
        .target(
            name: "Simulation",
            dependencies: [
                "LienThong", "Sandbox", "Capture", "Couriers", "Contracts", "Outbox", "Dossiers",
                "SQLite", "Wire", "Execution", "Operating", "CSQLite",
            ], path: "Tests/Simulation", swiftSettings: strict),
        .executableTarget(
            name: "simulate", dependencies: ["Simulation"], path: "Tests/Simulate",
            swiftSettings: strict),
        tests("SimulationTests", ["Simulation"]),

        // The benchmark, and its yardstick in C. Neither is part of the product.
        .executableTarget(name: "bench-curl", dependencies: ["CCurl"], path: "Tests/BenchCurl"),
        .executableTarget(
            name: "bench",
            dependencies: [
                "LienThong", "Capture", "Contracts", "Outbox", "Dossiers", "SQLite", "Postgres",
                "Curl", "Wire", "Execution", "Sandbox", "TestSupport", "bench-curl",
                "lienthongd", "lienthong-sandbox",
            ],
            path: "Tests/Bench", exclude: ["Peers"], swiftSettings: strict),
        // A road in virtual time: the real dispatcher and store, portals with a capacity.
        .target(
            name: "VirtualRoad",
            dependencies: ["Couriers", "Contracts", "Outbox", "Dossiers", "Wire", "Operating"],
            path: "Tests/VirtualRoad", swiftSettings: strict),
        .executableTarget(
            name: "planted", path: "Tests/Planted", exclude: ["Bugs"], swiftSettings: strict),
        tests("WireTests", ["Wire"]),
        tests("ExecutionTests", ["Execution"]),
        tests("OperatingTests", ["Operating"]),
        tests("SQLiteTests", ["SQLite", "Wire", "Operating"]),
        tests("PostgresTests", ["Postgres", "Wire", "Operating", "TestSupport"]),
        tests("CurlTests", ["Curl", "Wire", "Execution", "Operating", "TestSupport"]),
        tests("DossiersTests", ["Dossiers", "Wire", "Operating"]),
        tests("SpreadsheetTests", ["Spreadsheet", "CZip", "Wire", "Operating"]),
        tests(
            "OutboxTests", ["Outbox", "SQLite", "CSQLite", "Dossiers", "Wire", "Operating"]),
        tests(
            "ContractsTests", ["Contracts", "Dossiers", "Wire", "Operating"], exclude: ["Fixtures"]),
        tests(
            "CaptureTests",
            [
                "Capture", "Contracts", "Outbox", "Dossiers", "SQLite", "Postgres", "Wire",
                "Operating", "TestSupport",
            ]),
        tests(
            "CouriersTests",
            ["Couriers", "Contracts", "Outbox", "Dossiers", "SQLite", "Wire", "Operating"]),
        tests(
            "FlowControlTests",
            [
                "VirtualRoad", "Couriers", "Contracts", "Outbox", "Dossiers", "Wire", "Operating",
            ]),
        tests(
            "SandboxTests",
            [
                "Sandbox", "Curl", "SQLite", "Postgres", "Wire", "Execution", "Operating",
                "TestSupport",
            ]),
        tests(
            "LienThongTests",
            [
                "LienThong", "Sandbox", "Curl", "Contracts", "Execution", "Outbox", "Dossiers",
                "SQLite", "Postgres", "Wire", "Operating", "TestSupport",
            ]),
    ]
)
