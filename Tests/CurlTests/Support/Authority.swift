/// Certificates of a test's own, made with the `openssl` program in a folder of its own.
struct Authority {
    let folder: TemporaryFolder
    private let openssl: String
    private let name: String

    init(_ name: String, in folder: TemporaryFolder) throws {
        self.folder = folder
        self.name = name
        openssl = try Command.path("openssl", package: "openssl")
        try folder.write(
            "\(name).cnf",
            """
            [ca]
            default_ca = own
            [own]
            database = \(folder.path("\(name).index"))
            new_certs_dir = \(folder.root)
            certificate = \(certificate)
            private_key = \(key)
            serial = \(folder.path("\(name).serial"))
            default_md = sha256
            policy = any
            copy_extensions = copy
            unique_subject = no
            [any]
            commonName = supplied

            """)
        try folder.write("\(name).index", "")
        try folder.write("\(name).serial", "01\n")
        try Command.run(
            [openssl, "req", "-x509"] + Authority.newKey + [
                "-keyout", key, "-out", certificate, "-subj", "/CN=\(name)", "-days", "30",
            ])
    }

    var certificate: String { folder.path("\(name).pem") }
    private var key: String { folder.path("\(name).key") }

    /// Issues a certificate with its key.
    ///
    /// - Parameter alternativeName: `IP:127.0.0.1` or `DNS:host`.
    func issue(_ subject: String, for alternativeName: String, expired: Bool = false) throws
        -> (certificate: String, key: String)
    {
        let file = "\(name)-\(subject)\(expired ? "-expired" : "")"
        let paths = (certificate: folder.path("\(file).pem"), key: folder.path("\(file).key"))
        let request = folder.path("\(file).csr")
        try Command.run(
            [openssl, "req", "-new"] + Authority.newKey + [
                "-keyout", paths.key, "-out", request, "-subj", "/CN=\(subject)",
                "-addext", "subjectAltName=\(alternativeName)",
            ])
        let end = expired ? "20210101000000Z" : "20491231000000Z"
        try Command.run([
            openssl, "ca", "-batch", "-notext", "-config", folder.path("\(name).cnf"),
            "-startdate", "20200101000000Z", "-enddate", end, "-in", request,
            "-out", paths.certificate,
        ])
        return paths
    }

    private static let newKey = [
        "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
    ]
}
