-- Submitted documents (dossierPartType 1). One without a file (fileEntryId 0) is not digitised; the portal
-- asks for an address of every document, so it has one all the same. Inference: a file template's number is
-- the portal's component code (MaThanhPhanHoSo), where the profile's setting `component_codes` says so.
SELECT
    f.dossierid AS source_key,
    f.dossierfileid AS id,
    coalesce(nullif(btrim(f.displayname, E' \t\r\n'), ''), f.dossierpartno) AS name,
    CASE WHEN f.removed THEN 1 ELSE 0 END AS is_deleted,
    CASE WHEN f.filetemplateno ~ :component_codes::text THEN f.filetemplateno END AS component_code,
    replace(replace(:file_url::text, '{id}', f.dossierfileid::text),
            '{uid}', coalesce(f.referenceuid, '')) AS url,
    CASE WHEN f.fileentryid > 0 THEN 1 ELSE 0 END AS is_digitised
FROM opencps_dossierfile f
WHERE f.dossierid = ANY (:keys::bigint[])
  AND f.dossierparttype = 1
ORDER BY f.dossierid, f.dossierfileid
