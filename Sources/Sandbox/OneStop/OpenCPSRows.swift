/// The rows of OpenCPS's tables, as its own screens would leave them.
enum OpenCPSRows {
    static let dossier = TableShape(
        "opencps_dossier",
        """
        uuid_ dossierid groupid companyid userid username createdate modifieddate referenceuid
        counter registerbookcode servicecode servicename govagencycode govagencyname applicantname
        applicantidtype applicantidno address citycode cityname wardcode wardname contactname
        contacttelno contactemail delegatename delegateidno delegatetelno dossiertemplateno
        dossiertemplatename dossiernote submissionnote applicantnote briefnote dossierno submitting
        submitdate receivedate duedate extenddate releasedate finishdate cancellingdate
        dossierstatus dossierstatustext dossiersubstatus dossiersubstatustext dossieractionid
        viapostal postaladdress notification online_ original originality origindossierid
        samplecount durationunit durationcount dossiername systemid dossiercounter fromviapostal
        metadata
        """)
    static let action = TableShape(
        "opencps_dossieraction",
        """
        uuid_ dossieractionid companyid groupid userid username createdate modifieddate dossierid
        serviceprocessid previousactionid fromstepcode fromstepname actioncode actionuser
        actionname actionnote actionoverdue pending rollbackable stepcode stepname sequenceno
        duedate nextactionid state_ eventstatus
        """)
    static let file = TableShape(
        "opencps_dossierfile",
        """
        uuid_ dossierfileid groupid companyid userid username createdate modifieddate dossierid
        referenceuid dossiertemplateno dossierpartno dossierparttype filetemplateno displayname
        formdata fileentryid original eform isnew removed signcheck deliverablecode
        """)
    static let payment = TableShape(
        "opencps_paymentfile",
        """
        uuid_ paymentfileid groupid companyid userid username createdate modifieddate dossierid
        referenceuid govagencycode govagencyname paymentfee advanceamount feeamount serviceamount
        shipamount paymentamount paymentnote epaymentprofile paymentstatus paymentmethod
        confirmdatetime
        """)
    static let applicant = TableShape(
        "opencps_applicant",
        """
        uuid_ applicantid groupid companyid userid username createdate modifieddate applicantname
        applicantidtype applicantidno address contactname contacttelno contactemail mappinguserid
        lock_ profile verification
        """)

    static let group = Cell.integer(55_301)
    static let company = Cell.integer(20_099)

    /// A look-alike of a UUID from what the row is about, so that a sample can be made again.
    static func uuid(_ kind: Int, _ id: Int64) -> String {
        var dice = Dice(seed: UInt64(kind), stream: UInt64(bitPattern: id))
        func hex(_ value: UInt64, _ width: Int) -> String {
            let text = String(value, radix: 16)
            return String(String(repeating: "0", count: max(0, width - text.count)) + text)
        }
        let high = dice.next()
        let low = dice.next()
        return [
            hex(high >> 32, 8), hex(high >> 16 & 0xFFFF, 4), "4" + hex(high & 0xFFF, 3),
            "8" + hex(low >> 48 & 0xFFF, 3), hex(low & 0xFFFF_FFFF_FFFF, 12),
        ].joined(separator: "-")
    }

    /// Status, sub-status: OpenCPS has no word of its own for an outstanding payment.
    static func words(_ status: Int) -> (status: String, substatus: String) {
        switch status {
        case 1: ("new", "")
        case 2: ("receiving", "receiving_done")
        case 3: ("denied", "")
        case 4: ("processing", "")
        case 5: ("waiting", "waiting_document")
        case 6: ("waiting", "waiting_payment")
        case 7: ("cancelled", "")
        case 8: ("unresolved", "")
        case 9: ("releasing", "")
        default: ("done", "")
        }
    }

    /// The rows of `opencps_dossierstatusmapping`: status, sub-status, portal status.
    static let statusMapping: [(status: String, substatus: String, portal: String)] = [
        ("new", "", "1"), ("receiving", "", "1"), ("receiving", "receiving_done", "2"),
        ("denied", "", "3"), ("processing", "", "4"), ("waiting", "", "5"),
        ("waiting", "waiting_document", "5"), ("waiting", "waiting_payment", "6"),
        ("cancelled", "", "7"), ("unresolved", "", "8"), ("releasing", "", "9"),
        ("posting", "", "9"), ("done", "", "10"),
    ]

    /// The step of the process that leaves a dossier in the status.
    static func stepCode(_ status: Int) -> String {
        ["100", "110", "300", "200", "210", "220", "310", "320", "400", "500"][status - 1]
    }

    /// The status of a step code; nil for a step nobody has mapped.
    static func status(ofStep code: String) -> Int? {
        (1...10).first { stepCode($0) == code }
    }
}
