-- When these rows change, dossiers that are held are looked at again.
SELECT 'procedure' AS kind, servicecode AS code, NULL AS subcode, servicecodedvcqg AS value
FROM opencps_serviceinfomapping
UNION ALL
SELECT 'status', statuscode, substatuscode, statuscodedvcqg
FROM opencps_dossierstatusmapping
UNION ALL
SELECT 'field', servicecode, NULL, domaincode
FROM opencps_serviceinfo
ORDER BY 1, 2, 3, 4
