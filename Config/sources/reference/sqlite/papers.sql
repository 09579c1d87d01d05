SELECT p.dossier_id AS source_key, p.name, p.quantity, p.kind
FROM paper p
WHERE p.dossier_id IN (SELECT value FROM json_each(:keys))
ORDER BY p.dossier_id, p.id
