-- Every dossier, in the order of its key; with a period, those received or changed in it.
SELECT d.id AS source_key
FROM dossier d
LEFT JOIN procedure p ON p.code = d.procedure_code
WHERE d.id > :after
  AND ((coalesce(d.accepted_at, d.submitted_at, d.modified_at) >= coalesce(:since, '')
        AND coalesce(d.accepted_at, d.submitted_at, d.modified_at) < coalesce(:until, '9999'))
       OR (d.modified_at >= coalesce(:since, '') AND d.modified_at < coalesce(:until, '9999')))
  AND (:procedures IS NULL
       OR d.procedure_code IN (SELECT value FROM json_each(:procedures))
       OR p.national_code IN (SELECT value FROM json_each(:procedures)))
  AND (:units IS NULL OR d.unit_code IN (SELECT value FROM json_each(:units)))
ORDER BY d.id
LIMIT :limit
