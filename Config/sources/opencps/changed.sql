-- Dossiers of which any row was written by a transaction that had not committed at the mark, however old
-- its own time is, as long as that time lies within the overlap. `xmin` is a row version's transaction
-- number in 32 bits, which go round; age() counts back from now and so compares them rightly. A savepoint's
-- rows carry a number of their own, higher than their transaction's: they are found as well.
-- A change of an action, a file or a payment moves the modifiedDate of that row only; a change of an
-- applicant's profile may change who is to be verified.
SELECT source_key
FROM (
    SELECT dossierid AS source_key FROM opencps_dossier
    WHERE modifieddate >= :taken_at::timestamp - make_interval(secs => :overlap::float8)
      AND age(xmin) <= (SELECT age((:position::bigint & 4294967295)::text::xid))
    UNION
    SELECT dossierid FROM opencps_dossieraction
    WHERE modifieddate >= :taken_at::timestamp - make_interval(secs => :overlap::float8)
      AND age(xmin) <= (SELECT age((:position::bigint & 4294967295)::text::xid))
    UNION
    SELECT dossierid FROM opencps_dossierfile
    WHERE modifieddate >= :taken_at::timestamp - make_interval(secs => :overlap::float8)
      AND age(xmin) <= (SELECT age((:position::bigint & 4294967295)::text::xid))
    UNION
    SELECT dossierid FROM opencps_paymentfile
    WHERE modifieddate >= :taken_at::timestamp - make_interval(secs => :overlap::float8)
      AND age(xmin) <= (SELECT age((:position::bigint & 4294967295)::text::xid))
    UNION
    SELECT d.dossierid
    FROM opencps_applicant a
    JOIN opencps_dossier d ON d.applicantidno = a.applicantidno
    WHERE a.modifieddate >= :taken_at::timestamp - make_interval(secs => :overlap::float8)
      AND age(a.xmin) <= (SELECT age((:position::bigint & 4294967295)::text::xid))
      AND btrim(a.applicantidno) <> ''
) AS changed
WHERE source_key > :after::bigint
ORDER BY source_key
LIMIT :limit::bigint
