internal import Capture
internal import Outbox

extension Configuration.Source {
    /// What it takes for a row that is gone to be held as deleted.
    func deletionRules(_ profile: SourceProfile) -> DeletionRules {
        var rules = DeletionRules()
        rules.patienceMilliseconds = deletionPatience ?? profile.overlapMilliseconds
        rules.share = deletionShare
        rules.rows = Int64(deletionRows)
        return rules
    }
}
