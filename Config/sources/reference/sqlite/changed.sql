-- Dossiers of which any row was changed since the mark or within the overlap before it. SQLite has one
-- writer at a time: the overlap covers a transaction that took its time before it got the lock.
SELECT source_key
FROM (
    SELECT id AS source_key FROM dossier
    WHERE modified_at >= strftime('%Y-%m-%d %H:%M:%f', :taken_at, '-' || :overlap || ' seconds')
    UNION
    SELECT dossier_id AS source_key FROM step
    WHERE modified_at >= strftime('%Y-%m-%d %H:%M:%f', :taken_at, '-' || :overlap || ' seconds')
    UNION
    SELECT dossier_id AS source_key FROM document
    WHERE modified_at >= strftime('%Y-%m-%d %H:%M:%f', :taken_at, '-' || :overlap || ' seconds')
    UNION
    SELECT dossier_id AS source_key FROM fee
    WHERE modified_at >= strftime('%Y-%m-%d %H:%M:%f', :taken_at, '-' || :overlap || ' seconds')
    UNION
    SELECT dossier_id AS source_key FROM paper
    WHERE modified_at >= strftime('%Y-%m-%d %H:%M:%f', :taken_at, '-' || :overlap || ' seconds')
    UNION
    SELECT dossier_id AS source_key FROM supplement
    WHERE modified_at >= strftime('%Y-%m-%d %H:%M:%f', :taken_at, '-' || :overlap || ' seconds')
)
WHERE source_key > :after
ORDER BY source_key
LIMIT :limit
