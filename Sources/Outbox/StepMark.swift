internal import Dossiers
internal import Wire

/// How a recorded step is remembered: its id in the source and the first eight bytes of its digest.
struct StepMark: Hashable {
    var id: Int64
    var digest: UInt64

    init(id: Int64, digest: UInt64) {
        self.id = id
        self.digest = digest
    }

    init(_ step: StepPayload) {
        id = step.id.rawValue
        digest = step.payload.digest.prefix64
    }

    static let length = 16

    static func append(_ mark: StepMark, to bytes: inout [UInt8]) {
        append(UInt64(bitPattern: mark.id), to: &bytes)
        append(mark.digest, to: &bytes)
    }

    static func read(_ bytes: [UInt8], at offset: Int) -> StepMark {
        StepMark(
            id: Int64(bitPattern: number(bytes, at: offset)), digest: number(bytes, at: offset + 8))
    }

    /// The marks of `lane.steps`.
    static func unpack(_ bytes: [UInt8]) -> [StepMark] {
        stride(from: 0, to: bytes.count, by: length).map { read(bytes, at: $0) }
    }

    static func pack(_ steps: [StepPayload]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(steps.count * length)
        for step in steps { append(StepMark(step), to: &bytes) }
        return bytes
    }

    static func pack(_ marks: [StepMark]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(marks.count * length)
        for mark in marks { append(mark, to: &bytes) }
        return bytes
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private static func number(_ bytes: [UInt8], at offset: Int) -> UInt64 {
        var number: UInt64 = 0
        for index in offset..<(offset + 8) { number = number << 8 | UInt64(bytes[index]) }
        return number
    }
}

/// One step inside a history delivery's joined body: its mark, and how many bytes are its own.
struct CarriedStep: Hashable {
    var mark: StepMark
    var count: Int

    static let length = 20

    static func pack(_ steps: [CarriedStep]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(steps.count * length)
        for step in steps {
            StepMark.append(step.mark, to: &bytes)
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: step.count).bigEndian) {
                bytes.append(contentsOf: $0)
            }
        }
        return bytes
    }

    static func unpack(_ bytes: [UInt8]) -> [CarriedStep] {
        stride(from: 0, to: bytes.count, by: length).map { offset in
            var count = 0
            for index in (offset + 16)..<(offset + 20) { count = count << 8 | Int(bytes[index]) }
            return CarriedStep(mark: .read(bytes, at: offset), count: count)
        }
    }
}
