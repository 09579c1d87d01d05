SELECT
    f.dossier_id AS source_key,
    f.id,
    f.name,
    f.component_code,
    f.url,
    f.result_code
FROM document f
WHERE f.dossier_id IN (SELECT value FROM json_each(:keys)) AND f.kind = 2 AND f.deleted = 0
ORDER BY f.dossier_id, f.id
