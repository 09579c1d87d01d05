-- When these rows change, dossiers that are held are looked at again, and what a dossier looks like because of
-- them is no change of its own rows.
SELECT 'procedure' AS kind, servicecode AS code, NULL AS subcode, servicecodedvcqg AS value,
    servicenamedvcqg AS name
FROM opencps_serviceinfomapping
UNION ALL
SELECT 'status', statuscode, substatuscode, statuscodedvcqg, NULL
FROM opencps_dossierstatusmapping
UNION ALL
SELECT 'field', servicecode, NULL, domaincode, domainname
FROM opencps_serviceinfo
ORDER BY 1, 2, 3, 4
