SELECT
    f.dossier_id AS source_key,
    f.id,
    f.name,
    f.deleted AS is_deleted,
    f.component_code,
    f.url,
    f.digitised AS is_digitised,
    f.reuse,
    f.from_warehouse,
    f.replacing_result_code
FROM document f
WHERE f.dossier_id = ANY (:keys::bigint[]) AND f.kind = 1
ORDER BY f.dossier_id, f.id
