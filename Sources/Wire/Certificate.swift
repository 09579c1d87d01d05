internal import CCrypto
internal import Glibc

/// What we want to know of a certificate: when it ends.
package enum Certificate {
    /// The ends of all certificates in a PEM text, in its order; what cannot be read as one ends the list.
    ///
    /// The corresponding C functions are `PEM_read_bio_X509` and `X509_get0_notAfter`.
    package static func ends(ofPEM text: [UInt8]) -> [Timestamp] {
        guard let bio = BIO_new_mem_buf(text, Int32(clamping: text.count)) else { return [] }
        // The text that does not end in a certificate leaves an error behind, which is nobody's.
        defer {
            BIO_free(bio)
            ERR_clear_error()
        }
        var ends: [Timestamp] = []
        while let certificate = PEM_read_bio_X509(bio, nil, nil, nil) {
            defer { X509_free(certificate) }
            var time = tm()
            guard ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) == 1 else { break }
            ends.append(Timestamp(milliseconds: Int64(timegm(&time)) * 1000))
        }
        return ends
    }
}
