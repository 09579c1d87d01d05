-- What the population database says of the applicant. `modified_at` does not move: this is no change of
-- the dossier, and nothing is to be sent because of it.
UPDATE dossier
SET verification = CASE WHEN :elements = '' THEN :outcome ELSE :outcome || ': ' || :elements END,
    verified_at = :verified_at
WHERE id = :source_key
