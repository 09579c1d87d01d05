package import Operating

// LT-403x: what the store remembers may be wrong. None of it stops the daemon.
extension Trouble {
    /// What comes of asking.
    private static let afterAsking = (
        vietnamese:
            "Tiến độ: lienthongd status. Đích không liệt kê các bước thì bước nào có thể đã đến sẽ chờ người xem (LT-5103): lienthongd queue list --cause undecidable; quyết định hàng loạt: lienthongd queue arrived --destination ĐÍCH --list TỆP; tránh hẳn: repeatedStep trong đặc tả",
        english:
            "Progress: lienthongd status. Where a destination lists no steps, those that may be there will wait for a person (LT-5103): lienthongd queue list --cause undecidable; in bulk: lienthongd queue arrived --destination NAME --list FILE; not at all: repeatedStep in its contract"
    )

    package static func memoryRestored(_ path: String) -> Trouble {
        Trouble(
            "LT-4031", .ok,
            vietnamese:
                "Kho trạng thái \(path) cũ hơn lần ghi cuối: một bản sao đã được đặt lại. Mọi hồ sơ được tra cứu ở đích trước khi gửi.",
            english:
                "The state store \(path) is older than it was: a copy has been put back. Every dossier is asked for at its destination before it is sent.",
            fixVietnamese: Trouble.afterAsking.vietnamese, fix: Trouble.afterAsking.english)
    }

    package static func memoryLost(_ path: String) -> Trouble {
        Trouble(
            "LT-4032", .ok,
            vietnamese:
                "Kho trạng thái \(path) không phải kho đã dùng lần trước (đã mất hoặc bị thay). Mọi hồ sơ được tra cứu ở đích trước khi gửi.",
            english:
                "The state store \(path) is not the one that was here last (lost or replaced). Every dossier is asked for at its destination before it is sent.",
            fixVietnamese: Trouble.afterAsking.vietnamese, fix: Trouble.afterAsking.english)
    }

    package static func witnessMissing(_ path: String) -> Trouble {
        Trouble(
            "LT-4033", .ok,
            vietnamese:
                "Không có tệp chứng \(path), nên không biết kho trạng thái có phải bản sao cũ được đặt lại hay không.",
            english:
                "There is no witness file \(path), so nobody can tell whether the state store is an older copy put back.",
            fixVietnamese:
                "Nếu vừa phục hồi kho từ bản sao lưu: lienthongd queue distrust --reason \"…\"",
            fix:
                "If the store was just restored from a backup: lienthongd queue distrust --reason \"…\""
        )
    }

    package static func witnessUnwritable(_ path: String, reason: String) -> Trouble {
        Trouble(
            "LT-4034", .ok,
            vietnamese:
                "Không ghi được tệp chứng \(path): \(reason). Nếu sau này phục hồi kho trạng thái thì không tự nhận ra.",
            english:
                "The witness file \(path) cannot be written: \(reason). A state store restored later would not be recognised.",
            fixVietnamese:
                "Cho người dùng của dịch vụ quyền ghi ở đó (CacheDirectory= trong systemd làm việc này), hoặc đặt state.witness.",
            fix:
                "Let the service's user write there (systemd's CacheDirectory= does), or set state.witness."
        )
    }

    package static func memoryContradicted() -> Trouble {
        Trouble(
            "LT-4035", .ok,
            vietnamese:
                "Hệ thống đích có hồ sơ hoặc tiến độ mà kho trạng thái chưa từng gửi: trí nhớ sai hoặc có chương trình khác cùng gửi. Mọi hồ sơ được tra cứu trước khi gửi.",
            english:
                "A destination holds a dossier or progress that the state store never sent: the memory is wrong, or another program delivers too. Every dossier is asked for before it is sent.",
            fixVietnamese:
                "Kiểm tra xem còn chương trình nào khác gửi hồ sơ của tỉnh; tiến độ: lienthongd status",
            fix:
                "See whether another program delivers the same dossiers; progress: lienthongd status"
        )
    }

    package static func memoryDistrusted() -> Trouble {
        Trouble(
            "LT-4036", .ok,
            vietnamese: "Theo lệnh quản trị, mọi hồ sơ được tra cứu ở đích trước khi gửi.",
            english:
                "As an operator asked, every dossier is asked for at its destination before it is sent.",
            fixVietnamese: Trouble.afterAsking.vietnamese, fix: Trouble.afterAsking.english)
    }

    /// What a generation's cause is told as.
    package static func memoryDoubted(_ cause: DoubtCause, store: String) -> Trouble {
        switch cause {
        case .restored: memoryRestored(store)
        case .lost: memoryLost(store)
        case .told: memoryDistrusted()
        case .contradicted: memoryContradicted()
        }
    }
}
