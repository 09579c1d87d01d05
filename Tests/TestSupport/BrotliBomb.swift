/// 200,000,000 zeros as 158 bytes of Brotli, made once with the reference encoder (quality 11, window 24): no tool
/// on a test machine makes it.
package enum BrotliBomb {
    package static let bytes: [UInt8] = {
        let text =
            "cfffff7ff82700e2b14020f7fe9ffffffff04f00c4610180eefd3fffffffe19f0088c32200ddfb7ffeffffc33f"
            + "0110870500baf7fffcffff877f02200e0b0074effff9ffff0fff04401c1600e8defff3ffff1ffe0980382c00d0bd"
            + "ffe7ffff3ffc1300715800a07bffcfffff7ff82700e2b00040f7fe9ffffffff04f00c4610180eefd3fffffffe19f"
            + "0088c30200ddfbfffc0f5ec73f0110870500bab9eb"
        var bytes: [UInt8] = []
        var rest = text[...]
        while !rest.isEmpty {
            bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return bytes
    }()
}
