/// Bytes that are being put together, in memory of their own: an array checks with every append whether
/// somebody else holds it, which costs more than the few bytes of a key.
package struct ByteBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    package private(set) var count = 0

    package init(reserving capacity: Int) {
        self.capacity = max(16, capacity)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    package var array: [UInt8] { [UInt8](UnsafeBufferPointer(start: base, count: count)) }

    package mutating func append(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        count += 1
    }

    package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        reserve(bytes.count)
        (base + count).update(from: start, count: bytes.count)
        count += bytes.count
    }

    package mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { append($0) }
    }

    /// Appends a number in four bytes, the highest first.
    package mutating func append(fourBytesOf number: Int) {
        reserve(4)
        UnsafeMutableRawPointer(base + count).storeBytes(
            of: UInt32(truncatingIfNeeded: number).bigEndian, as: UInt32.self)
        count += 4
    }

    package mutating func removeAll() { count = 0 }

    package func hash(into hasher: SHA256) {
        hasher.update(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Appends a stretch of a longer table.
    package mutating func append(_ table: [UInt8], _ stretch: Range<Int>) {
        table.withUnsafeBufferPointer { append(UnsafeBufferPointer(rebasing: $0[stretch])) }
    }

    package mutating func append(_ text: String) {
        let span = text.utf8Span.span
        span.withUnsafeBufferPointer { append($0) }
    }

    private mutating func reserve(_ more: Int) {
        if count + more > capacity { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        let larger = max(capacity * 2, count + more)
        let next = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        next.update(from: base, count: count)
        base.deallocate()
        base = next
        capacity = larger
    }
}
