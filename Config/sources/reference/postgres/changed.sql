-- Dossiers of which any row was written by a transaction that had not committed at the mark, however old
-- its own time is, as long as that time lies within the overlap. `xmin` is a row version's transaction
-- number in 32 bits, which go round; age() counts back from now and so compares them rightly. A savepoint's
-- rows carry a number of their own, higher than their transaction's: they are found as well.
SELECT source_key
FROM (
    SELECT id AS source_key FROM dossier
    WHERE modified_at >= :taken_at::timestamp - make_interval(secs => :overlap::float8)
      AND age(xmin) <= (SELECT age((:position::bigint & 4294967295)::text::xid))
    UNION
    SELECT dossier_id AS source_key FROM step
    WHERE modified_at >= :taken_at::timestamp - make_interval(secs => :overlap::float8)
      AND age(xmin) <= (SELECT age((:position::bigint & 4294967295)::text::xid))
    UNION
    SELECT dossier_id AS source_key FROM document
    WHERE modified_at >= :taken_at::timestamp - make_interval(secs => :overlap::float8)
      AND age(xmin) <= (SELECT age((:position::bigint & 4294967295)::text::xid))
    UNION
    SELECT dossier_id AS source_key FROM fee
    WHERE modified_at >= :taken_at::timestamp - make_interval(secs => :overlap::float8)
      AND age(xmin) <= (SELECT age((:position::bigint & 4294967295)::text::xid))
    UNION
    SELECT dossier_id AS source_key FROM paper
    WHERE modified_at >= :taken_at::timestamp - make_interval(secs => :overlap::float8)
      AND age(xmin) <= (SELECT age((:position::bigint & 4294967295)::text::xid))
    UNION
    SELECT dossier_id AS source_key FROM supplement
    WHERE modified_at >= :taken_at::timestamp - make_interval(secs => :overlap::float8)
      AND age(xmin) <= (SELECT age((:position::bigint & 4294967295)::text::xid))
) AS changed
WHERE source_key > :after::bigint
ORDER BY source_key
LIMIT :limit::bigint
