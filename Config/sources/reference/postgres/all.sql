-- Every dossier, in the order of its key; with a period, those received or changed in it.
SELECT d.id AS source_key
FROM dossier d
LEFT JOIN procedure p ON p.code = d.procedure_code
CROSS JOIN (
    SELECT coalesce(:since::timestamp, '-infinity') AS since,
           coalesce(:until::timestamp, 'infinity') AS until
) period
WHERE d.id > :after::bigint
  AND ((coalesce(d.accepted_at, d.submitted_at, d.modified_at) >= period.since
        AND coalesce(d.accepted_at, d.submitted_at, d.modified_at) < period.until)
       OR (d.modified_at >= period.since AND d.modified_at < period.until))
  AND (:procedures::text[] IS NULL
       OR d.procedure_code = ANY (:procedures::text[])
       OR p.national_code = ANY (:procedures::text[]))
  AND (:units::text[] IS NULL OR d.unit_code = ANY (:units::text[]))
ORDER BY d.id
LIMIT :limit::bigint
