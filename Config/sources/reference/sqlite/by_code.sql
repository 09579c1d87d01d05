SELECT id AS source_key, code FROM dossier
WHERE code IN (SELECT value FROM json_each(:codes))
ORDER BY id
