-- When these rows change, dossiers that are held are looked at again, and what a dossier looks like because of
-- them is no change of its own rows: every name that headers.sql takes from another table belongs here.
SELECT 'procedure' AS kind, code, national_code AS value, name, field_code, field_name FROM procedure
UNION ALL
SELECT 'unit' AS kind, code, commune_code AS value, name, NULL, NULL FROM unit
ORDER BY 1, 2
