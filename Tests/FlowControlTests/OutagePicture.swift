import Couriers
import Foundation
import Testing
import VirtualRoad

/// Draws the handbook's picture of an outage:
/// `LIENTHONG_FLOW_PICTURE=$PWD/Sources/LienThong/LienThong.docc/outage.svg swift test --filter OutagePicture`.
@Suite("The picture of an outage", .enabled(if: Thorough.draws, Thorough.how))
struct OutagePicture {
    /// One bar of the picture.
    struct Slot {
        var sent = 0.0
        var acknowledged = 0.0
        var window = 0
        var isClosed = true
    }

    static let slot = 2 * Scene.second

    @Test("shows next to no load, then full speed")
    func draw() throws {
        let capacity = VirtualPortal.Capacity(servers: 16, service: 100_000, network: 20_000)
        let scene = try Scene(capacity)
        scene.stream(60, from: 0, to: 560 * Scene.second)
        let count = 280
        var slots = [Slot](repeating: Slot(), count: count)
        scene.road.observe = { road in
            let index = Int(road.clock.microseconds / OutagePicture.slot)
            guard slots.indices.contains(index) else { return }
            let standing = road.standing()
            slots[index].window = standing.window
            if standing.breaker != .closed { slots[index].isClosed = false }
        }
        try scene.run(60)
        scene.portal.health = .refusing
        try scene.run(240)
        scene.portal.health = .well
        try scene.run(260)
        var isClosed = true
        for index in slots.indices {
            let start = Int64(index) * OutagePicture.slot
            slots[index].sent =
                Double(scene.portal.tally.requests(from: start, to: start + OutagePicture.slot)) / 2
            slots[index].acknowledged = scene.acknowledgedPerSecond(
                from: start, to: start + OutagePicture.slot)
            // Nothing happens in most of an outage's slots; they look like the one before.
            if slots[index].window == 0, index > 0 {
                slots[index].window = slots[index - 1].window
                slots[index].isClosed = isClosed
            }
            isClosed = slots[index].isClosed
        }
        let during = slots[31..<150].map(\.sent).reduce(0, +) * 2
        let healthy = slots[0..<30].map(\.sent).reduce(0, +) * 2 / 60 * 240
        #expect(during <= healthy / 10, "\(during) of \(healthy)")
        #expect(slots[195..<205].allSatisfy { $0.acknowledged > 0.9 * capacity.perSecond })
        guard let path = Thorough.picture else { return }
        try Data(OutagePicture.svg(slots).utf8).write(to: URL(filePath: path))
    }

    private static func svg(_ slots: [Slot]) -> String {
        let width = 860.0
        let step = width / Double(slots.count)
        func x(_ index: Int) -> Int { 90 + Int(Double(index) * step) }
        func line(_ top: Int, _ most: Double, _ color: String, _ value: (Slot) -> Double) -> String
        {
            let points = slots.enumerated().map { index, slot in
                "\(x(index)),\(top + 70 - Int(min(1, value(slot) / most) * 70))"
            }
            return
                #"<polyline fill="none" stroke="\#(color)" stroke-width="1.5" points="\#(points.joined(separator: " "))"/>"#
        }
        func label(_ top: Int, _ name: String, _ most: String) -> String {
            """
            <text x="84" y="\(top + 40)" text-anchor="end">\(name)</text>
            <text x="84" y="\(top + 10)" text-anchor="end" fill="#888">\(most)</text>
            <line x1="90" y1="\(top + 70)" x2="950" y2="\(top + 70)" stroke="#ccc"/>
            """
        }
        let held = slots.enumerated().filter { !$0.element.isClosed }.map { index, _ in
            ##"<rect x="\##(x(index))" y="310" width="4" height="16" fill="#c0392b"/>"##
        }
        let seconds = stride(from: 0, through: 560, by: 60).map { second in
            #"<text x="\#(x(second / 2))" y="350" text-anchor="middle">\#(second)</text>"#
        }
        let lines = [
            ##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 380" "##
                + ##"font-family="sans-serif" font-size="11">"##,
            ##"<rect width="960" height="380" fill="#fff"/>"##,
            ##"<rect x="\##(x(30))" y="20" width="\##(x(150) - x(30))" height="310" fill="#f6e9e7"/>"##,
            #"<text x="\#(x(90))" y="15" text-anchor="middle">the portal is away</text>"#,
            label(25, "sent/s", "160"), line(25, 160, "#2c3e50") { $0.sent },
            label(120, "taken/s", "160"), line(120, 160, "#27ae60") { $0.acknowledged },
            label(215, "window", "32"), line(215, 32, "#2980b9") { Double($0.window) },
            #"<text x="84" y="322" text-anchor="end">breaker</text>"#,
        ]
        let foot =
            #"<text x="520" y="370" text-anchor="middle">"#
            + "seconds; red: the breaker is open or tries</text>"
        return (lines + held + seconds + [foot, "</svg>", ""]).joined(separator: "\n")
    }
}
