SELECT f.dossier_id AS source_key, f.name, f.code, f.collection, f.amount, f.kind
FROM fee f
WHERE f.dossier_id = ANY (:keys::bigint[])
ORDER BY f.dossier_id, f.id
