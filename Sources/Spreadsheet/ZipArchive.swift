internal import CZip

/// A zip archive that is only read, one named part at a time, each within a bound: an archive says how large
/// its parts are, and may lie.
final class ZipArchive {
    private let handle: OpaquePointer

    /// nil for what is no zip archive, or cannot be opened. The corresponding C function is `zip_open`.
    init?(path: String) {
        var code: Int32 = 0
        guard let opened = zip_open(path, ZIP_RDONLY, &code) else { return nil }
        handle = opened
    }

    deinit { zip_discard(handle) }

    enum Part {
        case bytes([UInt8])
        case missing
        case tooLarge
        case damaged
    }

    /// The corresponding C functions are `zip_fopen` and `zip_fread`.
    func read(_ name: String, limit: Int) -> Part {
        guard zip_name_locate(handle, name, 0) >= 0 else { return .missing }
        guard let file = zip_fopen(handle, name, 0) else { return .damaged }
        defer { zip_fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = zip_fread(file, &chunk, zip_uint64_t(chunk.count))
            if count == 0 { return .bytes(bytes) }
            guard count > 0 else { return .damaged }
            guard bytes.count + Int(count) <= limit else { return .tooLarge }
            bytes.append(contentsOf: chunk[..<Int(count)])
        }
    }
}
