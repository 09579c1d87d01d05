SELECT id AS source_key, code FROM dossier WHERE code = ANY (:codes::text[]) ORDER BY id
