import Dossiers
import Testing
import Wire

@testable import Capture

@Suite("The sweep under a clock that is set back") struct SweepClockTests {
    @Test("rests no longer than a period, however often it is asked")
    func rests() {
        var settings = CaptureSettings()
        settings.sweepPeriodMilliseconds = 60_000
        var sweep = SourceSweep(text: nil)
        let start = Moment(wall: Timestamp(milliseconds: 1_790_000_000_000), steady: 0)
        sweep.begin(start)
        sweep.moved(to: nil, count: 0, isLast: true, spent: 0, start, settings)
        let back = Timestamp(milliseconds: start.wall.milliseconds - 3 * 86_400_000)
        #expect(sweep.nextAt(Moment(wall: back, steady: 1_000), settings) <= 61_000)
        let later = Moment(wall: back.adding(milliseconds: 60_000), steady: 61_000)
        #expect(sweep.nextAt(later, settings) <= later.steady)
    }
}
