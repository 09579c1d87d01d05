internal import Operating

/// The options of `lienthong-sandbox portal`.
struct PortalOptions {
    static let usage = """
        lienthong-sandbox portal --catalogue FILE --people FILE [options]

        Serves the National Public Service Portal and the National Population Database on loopback,
        as strict as their contracts, with faults to order. Prints `ready URL` when it listens and
        ends on SIGINT or SIGTERM.

          --catalogue FILE     procedures and units (from: lienthong-sandbox onestop)
          --people FILE        invented citizens (from: lienthong-sandbox onestop)
          --port N             port; 0 lets the system choose (default)
          --listen ADDRESS     IPv4 address (default 127.0.0.1)
          --tls-cert FILE --tls-key FILE
                               serve TLS with this PEM pair
          --client-ca FILE     demand client certificates that these authorities signed
          --population-url URL the service address that clients sign, when a proxy stands between
          --seed N             decides all chances (default 1)
          --fault NAME=VALUE   set a switch; may be repeated; --fault help lists them
          --keys honoured|ignored|expiring:SECONDS
                               what becomes of Idempotency-Key (default honoured)
          --probe-shows steps|existence
                               what TraCuuHoSo tells (default steps)
          --quiet              print nothing but the ready line

        Account: username sandbox, password sandbox-password, dstcode VN:GOV:SANDBOX:dvcqg;
        population database: username sandbox, secretKey sandbox-secret.

        """

    var http = HTTPServerSettings()
    var cataloguePath: String?
    var peoplePath: String?
    var populationURL: String?
    var seed: UInt64 = 1
    var switches = Switches()
    var isQuiet = false
    var wantsHelp = false
    var wantsSwitchList = false

    init(_ arguments: [String]) throws(Trouble) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            switch option {
            case "--help", "-h": wantsHelp = true
            case "--quiet": isQuiet = true
            default:
                guard let value = rest.popFirst() else {
                    throw PortalOptions.wrong(
                        "\(option) needs a value", "\(option) cần một giá trị")
                }
                try take(option, value)
            }
        }
    }

    private mutating func take(_ option: String, _ value: String) throws(Trouble) {
        switch option {
        case "--catalogue": cataloguePath = value
        case "--people": peoplePath = value
        case "--listen": http.address = value
        case "--tls-cert": http.certificateFile = value
        case "--tls-key": http.keyFile = value
        case "--client-ca": http.clientAuthorityFile = value
        case "--population-url": populationURL = value
        case "--port": http.port = try number(option, value)
        case "--seed": seed = try number(option, value)
        case "--fault" where value == "help": wantsSwitchList = true
        case "--fault":
            let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw PortalOptions.wrong("--fault takes NAME=VALUE", "--fault cần TÊN=GIÁ TRỊ")
            }
            try set(parts[0], parts[1])
        case "--keys" where value.hasPrefix("expiring:"):
            try set("keys", "expiring")
            try set("key_seconds", String(value.dropFirst("expiring:".count)))
        case "--keys": try set("keys", value)
        case "--probe-shows": try set("probe_shows", value)
        default:
            throw PortalOptions.wrong("there is no option \(option)", "không có tuỳ chọn \(option)")
        }
    }

    private mutating func set(_ name: String, _ value: String) throws(Trouble) {
        if let reason = switches.set(name, value) {
            throw PortalOptions.wrong(reason, "giá trị không hợp lệ (\(reason))")
        }
    }

    private func number<N: FixedWidthInteger>(_ option: String, _ value: String) throws(Trouble)
        -> N
    {
        guard let number = N(value) else {
            throw PortalOptions.wrong("\(option) takes a number", "\(option) cần một con số")
        }
        return number
    }

    static func wrong(_ english: String, _ vietnamese: String) -> Trouble {
        .sandboxUsage(english + ".", vietnamese + ".", help: "lienthong-sandbox portal --help")
    }
}
