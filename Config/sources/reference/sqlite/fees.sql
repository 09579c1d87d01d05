SELECT f.dossier_id AS source_key, f.name, f.code, f.collection, f.amount, f.kind
FROM fee f
WHERE f.dossier_id IN (SELECT value FROM json_each(:keys))
ORDER BY f.dossier_id, f.id
