-- Submitted documents (dossierPartType 1). One without a file (fileEntryId 0) was seen on paper: it is not
-- digitised, and there is nothing for the portal to fetch. The portal's component codes are not in these
-- tables (inference: dossierPartNo is the province's own numbering).
SELECT
    f.dossierid AS source_key,
    f.dossierfileid AS id,
    coalesce(nullif(f.displayname, ''), f.dossierpartno) AS name,
    CASE WHEN f.removed THEN 1 ELSE 0 END AS is_deleted,
    replace(replace(:file_url::text, '{id}', f.dossierfileid::text),
            '{uid}', coalesce(f.referenceuid, '')) AS url,
    CASE WHEN f.fileentryid > 0 THEN 1 ELSE 0 END AS is_digitised
FROM opencps_dossierfile f
WHERE f.dossierid = ANY (:keys::bigint[])
  AND f.dossierparttype = 1
ORDER BY f.dossierid, f.dossierfileid
