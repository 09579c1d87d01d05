internal import SQLite
internal import Wire

extension Statement {
    /// Binds a digest's 32 bytes, or NULL.
    func bind(_ index: Int32, _ digest: Digest?) {
        guard let digest else { return bindNull(index) }
        digest.withBytes { bind(index, copying: $0) }
    }

    /// nil for NULL and for anything that has not 32 bytes.
    func digest(_ column: Int32) -> Digest? {
        withBlob(column) { $0.count == 32 ? Digest($0) : nil }
    }
}
