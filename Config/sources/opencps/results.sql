-- Result documents (dossierPartType 2) that have a file. Inference: deliverableCode is the result's code.
SELECT
    f.dossierid AS source_key,
    f.dossierfileid AS id,
    coalesce(nullif(btrim(f.displayname, E' \t\r\n'), ''), f.dossierpartno) AS name,
    replace(replace(:file_url::text, '{id}', f.dossierfileid::text),
            '{uid}', coalesce(f.referenceuid, '')) AS url,
    f.deliverablecode AS result_code
FROM opencps_dossierfile f
WHERE f.dossierid = ANY (:keys::bigint[])
  AND f.dossierparttype = 2
  AND f.fileentryid > 0
  AND NOT coalesce(f.removed, false)
ORDER BY f.dossierid, f.dossierfileid
