/// A robust straight line through samples: the median of the slopes of all pairs (Theil and Sen), with an
/// interval that holds 95 of 100 such slopes when blocks of the samples are drawn again.
struct Slope {
    var perHour: Double
    var interval: ClosedRange<Double>
    var samples: Int
    var hours: Double

    /// nil for fewer than twenty samples.
    ///
    /// Neighbours resemble each other, so whole stretches of two minutes are drawn, not single samples.
    init?(_ points: [(seconds: Double, value: Double)], seed: Int) {
        guard points.count >= 20, let first = points.first, let last = points.last else {
            return nil
        }
        samples = points.count
        hours = (last.seconds - first.seconds) / 3600
        perHour = Slope.median(points) * 3600
        var chance = SeededChance(seed: seed)
        let length = min(24, points.count / 4)
        var slopes: [Double] = []
        for _ in 0..<200 {
            var drawn: [(seconds: Double, value: Double)] = []
            while drawn.count < points.count {
                let start = Int.random(in: 0...(points.count - length), using: &chance)
                drawn += points[start..<start + length]
            }
            slopes.append(Slope.median(Slope.thinned(drawn, to: 200, &chance)) * 3600)
        }
        slopes.sort()
        interval = slopes[5]...slopes[194]
    }

    private static func thinned(
        _ points: [(seconds: Double, value: Double)], to count: Int, _ chance: inout SeededChance
    ) -> [(seconds: Double, value: Double)] {
        guard points.count > count else { return points }
        return (0..<count).compactMap { _ in points.randomElement(using: &chance) }
    }

    private static func median(_ points: [(seconds: Double, value: Double)]) -> Double {
        var slopes: [Double] = []
        for (index, one) in points.enumerated() {
            for other in points[(index + 1)...] where abs(other.seconds - one.seconds) > 1 {
                slopes.append((other.value - one.value) / (other.seconds - one.seconds))
            }
        }
        slopes.sort()
        return slopes.isEmpty ? 0 : slopes[slopes.count / 2]
    }
}
