-- When these rows change, dossiers that are held are looked at again.
SELECT 'procedure' AS kind, code, national_code AS value FROM procedure
UNION ALL
SELECT 'unit' AS kind, code, commune_code AS value FROM unit
ORDER BY 1, 2
