-- Every dossier, in the order of its key; with a period, those received or changed in it. Which kinds of
-- rows are dossiers of this office's own, the setting `originalities` says; the sign is that of a removal.
SELECT d.dossierid AS source_key
FROM opencps_dossier d
CROSS JOIN (
    SELECT coalesce(:since::timestamp, '-infinity') AS since,
           coalesce(:until::timestamp, 'infinity') AS until
) period
WHERE d.dossierid > :after::bigint
  AND (d.originality IS NULL
       OR abs(d.originality::bigint) = ANY (string_to_array(:originalities::text, ',')::bigint[]))
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
