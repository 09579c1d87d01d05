import Operating
import Testing

@Suite("A trouble") struct TroubleTests {
    @Test("prints its code, both languages and both fixes")
    func description() {
        let trouble = Trouble(
            "LT-9999", .usage, vietnamese: "Sai.", english: "Wrong.", fixVietnamese: "Sửa.",
            fix: "Mend.")
        #expect(trouble.description == "LT-9999: Sai.\n  Wrong.\n  → Sửa.\n  → Mend.")
    }
}

@Suite("The nearest name") struct NearestTests {
    private let known = ["destinations", "source", "state_directory", "poll_interval", "id"]

    @Test(
        "is found through a slip of the fingers",
        arguments: [
            ("destination", "destinations"), ("sorce", "source"), ("Source", "source"),
            ("state-directory", "state_directory"), ("pollinterval", "poll_interval"),
            ("statedirectry", "state_directory"),
        ])
    func found(name: String, nearest: String) {
        #expect(Nearest.of(name, among: known) == nearest)
    }

    @Test("is none when nothing is near, or nothing is known")
    func none() {
        #expect(Nearest.of("completely-different", among: known) == nil)
        #expect(Nearest.of("source", among: []) == nil)
        #expect(Nearest.of("", among: ["source"]) == nil)
    }

    @Test("does not depend on the order of the known ones")
    func stable() {
        #expect(Nearest.of("cat", among: ["bat", "rat", "hat"]) == "bat")
        #expect(Nearest.of("cat", among: ["rat", "hat", "bat"]) == "bat")
    }
}

@Suite("An event") struct EventTests {
    @Test("has syslog's priorities")
    func levels() {
        #expect(
            [Event.Level.error, .warning, .notice, .info, .debug].map(\.rawValue) == [
                3, 4, 5, 6, 7,
            ])
    }

    @Test("has fixed kinds with names of their own")
    func kinds() {
        #expect(Set(Event.Kind.allCases.map(\.rawValue)).count == Event.Kind.allCases.count)
        #expect(Event(.deliveryParked, .warning, dossier: "H1", attempt: 2).attempt == 2)
    }
}
