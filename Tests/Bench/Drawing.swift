/// A chart as SVG: one or more curves over logarithmic or linear axes, with a grid, units and two titles.
///
/// Written by hand so that a drawing is a few kilobytes of text, the same for the same numbers, and reads
/// well on a light and on a dark page.
struct Drawing {
    struct Axis {
        /// What it shows, with its unit.
        var title: String
        var isLogarithmic = true
    }

    struct Curve {
        var name: String
        var points: [(x: Double, y: Double)]
        /// Dashed: a bound that was computed and not measured.
        var isBound = false
    }

    var titleVI: String
    var title: String
    var x: Axis
    var y: Axis
    var curves: [Curve]

    private static let width = 720.0
    private static let height = 440.0
    private static let left = 78.0
    private static let right = 24.0
    private static let top = 66.0
    private static let bottom = 84.0
    private static let colours = ["#0969da", "#bc4c00", "#1a7f37", "#8250df"]

    var svg: String {
        let across = Scale(
            curves.flatMap(\.points).map(\.x), x, Drawing.left...Drawing.width - Drawing.right)
        let up = Scale(
            curves.flatMap(\.points).map(\.y), y,
            (Drawing.top...Drawing.height - Drawing.bottom), isUpwards: true)
        var text = head
        text += grid(across, up)
        for (index, curve) in curves.enumerated() {
            text += draw(curve, colour: Drawing.colours[index % 4], index: index, across, up)
        }
        return text + "</svg>\n"
    }

    private var head: String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 440" font-family="sans-serif" \
        font-size="13" role="img" aria-label="\(Drawing.escaped(title))">
        <rect width="720" height="440" rx="6" fill="#ffffff"/>
        <text x="24" y="28" font-size="16" font-weight="bold" fill="#1f2328">\
        \(Drawing.escaped(titleVI))</text>
        <text x="24" y="48" fill="#59636e">\(Drawing.escaped(title))</text>

        """
    }

    private func grid(_ across: Scale, _ up: Scale) -> String {
        let floor = Drawing.height - Drawing.bottom
        var text = "<g stroke='#d1d9e0' fill='#59636e' stroke-width='1'>" + "\n"
        for tick in across.ticks {
            let at = Drawing.number(across.place(tick))
            text += "<path d='M\(at) \(Drawing.number(Drawing.top))V\(Drawing.number(floor))'/>"
            // The last one would be cut off at the picture's edge.
            let anchor = tick == across.ticks.last ? "end" : "middle"
            text += "<text x='\(at)' y='\(Drawing.number(floor + 18))' text-anchor='\(anchor)' "
            text += "stroke='none'>\(Text.short(tick, exact: true))</text>" + "\n"
        }
        for tick in up.ticks {
            let at = up.place(tick)
            text += "<path d='M\(Drawing.number(Drawing.left)) \(Drawing.number(at))"
            text += "H\(Drawing.number(Drawing.width - Drawing.right))'/>"
            text += "<text x='\(Drawing.number(Drawing.left - 8))' y='\(Drawing.number(at + 4))' "
            text += "text-anchor='end' stroke='none'>\(Text.short(tick, exact: true))</text>" + "\n"
        }
        text += "</g>\n"
        let middle = Drawing.number((Drawing.left + Drawing.width - Drawing.right) / 2)
        text += "<text x='\(middle)' y='\(Drawing.number(floor + 40))' text-anchor='middle' "
        text += "fill='#1f2328'>\(Drawing.escaped(x.title))</text>" + "\n"
        let centre = Drawing.number((Drawing.top + floor) / 2)
        text += "<text transform='translate(20 \(centre)) rotate(-90)' text-anchor='middle' "
        return text + "fill='#1f2328'>\(Drawing.escaped(y.title))</text>" + "\n"
    }

    private func draw(
        _ curve: Curve, colour: String, index: Int, _ across: Scale, _ up: Scale
    ) -> String {
        let places = curve.points.map { (across.place($0.x), up.place($0.y)) }
        let path = places.enumerated().map { index, point in
            "\(index == 0 ? "M" : "L")\(Drawing.number(point.0)) \(Drawing.number(point.1))"
        }.joined()
        let dash = curve.isBound ? " stroke-dasharray='5 4'" : ""
        var text =
            "<path d='\(path)' fill='none' stroke='\(colour)' stroke-width='2'\(dash)/>" + "\n"
        if !curve.isBound {
            for (place, point) in zip(places, curve.points) {
                text += "<circle cx='\(Drawing.number(place.0))' cy='\(Drawing.number(place.1))' "
                text += "r='3.5' fill='\(colour)'><title>\(Text.short(point.x)): "
                text += "\(Text.short(point.y))</title></circle>\n"
            }
        }
        let x = Drawing.left + Double(index) * 240
        let y = Drawing.height - 18
        text += "<path d='M\(Drawing.number(x)) \(Drawing.number(y - 4))h22' stroke='\(colour)' "
        text += "stroke-width='2'\(dash)/>"
        text += "<text x='\(Drawing.number(x + 28))' y='\(Drawing.number(y))' fill='#1f2328'>"
        return text + "\(Drawing.escaped(curve.name))</text>\n"
    }

    private static func number(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}

/// Where a value stands on an axis, and which values are written beside it.
struct Scale {
    let ticks: [Double]
    private let low: Double
    private let high: Double
    private let room: ClosedRange<Double>
    private let isUpwards: Bool
    private let isLogarithmic: Bool

    init(
        _ values: [Double], _ axis: Drawing.Axis, _ room: ClosedRange<Double>,
        isUpwards: Bool = false
    ) {
        self.room = room
        self.isUpwards = isUpwards
        isLogarithmic = axis.isLogarithmic
        let least = values.min() ?? 1
        let most = values.max() ?? 10
        if axis.isLogarithmic {
            (low, high, ticks) = Scale.decades(max(least, 1e-3), max(most, 1e-3))
        } else {
            let step = Scale.step(for: most)
            high = (most / step).rounded(.up) * step
            low = 0
            ticks = Array(stride(from: 0, through: high + step / 2, by: step))
        }
    }

    func place(_ value: Double) -> Double {
        let share =
            isLogarithmic
            ? logarithm(value / low) / logarithm(high / low) : (value - low) / (high - low)
        let length = room.upperBound - room.lowerBound
        return isUpwards ? room.upperBound - share * length : room.lowerBound + share * length
    }

    /// Powers of ten around the values; with fewer than two whole decades, also twice and five times each.
    private static func decades(_ least: Double, _ most: Double) -> (Double, Double, [Double]) {
        var all: [Double] = []
        var power = 1e-3
        while power <= most * 10 {
            all += [power, power * 2, power * 5]
            power *= 10
        }
        let low = all.last { $0 <= least * 1.0001 } ?? least
        let high = all.first { $0 >= most * 0.9999 && $0 > low } ?? most
        let inside = all.filter { $0 >= low && $0 <= high }
        let whole = inside.filter { value in
            let exponent = logarithm(value)
            return abs(exponent - exponent.rounded()) < 1e-6
        }
        return (low, high, whole.count > 2 ? whole : inside)
    }

    private static func step(for most: Double) -> Double {
        var step = 1e-3
        while true {
            for factor in [1.0, 2, 5] where most / (step * factor) <= 6 { return step * factor }
            step *= 10
        }
    }
}
