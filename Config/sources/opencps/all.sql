-- Every dossier, in the order of its key; with a period, those received or changed in it. Originality 9 is
-- a group of dossiers, not itself one.
SELECT d.dossierid AS source_key
FROM opencps_dossier d
CROSS JOIN (
    SELECT coalesce(:since::timestamp, '-infinity') AS since,
           coalesce(:until::timestamp, 'infinity') AS until
) period
WHERE d.dossierid > :after::bigint
  AND d.originality IS DISTINCT FROM 9
  AND ((coalesce(d.receivedate, d.submitdate, d.createdate, d.modifieddate, period.since)
            >= period.since
        AND coalesce(d.receivedate, d.submitdate, d.createdate, d.modifieddate, period.since)
            < period.until)
       OR (d.modifieddate >= period.since AND d.modifieddate < period.until))
  AND (:procedures::text[] IS NULL
       OR d.servicecode = ANY (:procedures::text[])
       OR EXISTS (
           SELECT 1 FROM opencps_serviceinfomapping m
           WHERE m.servicecode = d.servicecode
             AND m.servicecodedvcqg = ANY (:procedures::text[])))
  AND (:units::text[] IS NULL OR d.govagencycode = ANY (:units::text[]))
ORDER BY d.dossierid
LIMIT :limit::bigint
