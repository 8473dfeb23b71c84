-- As in 0001, with one objection more: a number beyond what a double holds (1e400) would be read as infinite, and no client
-- can be sent that. The expression for text is only to spare other payloads the second look; a string may hold such digits.
CREATE OR REPLACE FUNCTION sluice.objection(r sluice.outbox, known sluice.event_types, id_taken boolean) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN r.aggregatetype = '_sluice' THEN 'topic "_sluice" belongs to the gateway'
    WHEN known.type IS NULL THEN format('unknown event type %L', r.type)
    WHEN r.aggregatetype IS NOT NULL AND r.aggregatetype <> known.topic THEN format('aggregatetype is %L, but %s belongs to topic %L', r.aggregatetype, r.type, known.topic)
    WHEN length(r.tenant) NOT BETWEEN 1 AND 255 THEN 'tenant must have 1 to 255 characters'
    WHEN octet_length(r.payload::text) > 262144 THEN format('payload has %s bytes, at most 262144 are allowed', octet_length(r.payload::text))
    WHEN json_typeof(r.payload) <> 'object' THEN format('payload must be a JSON object, not %s', json_typeof(r.payload))
    WHEN r.payload ->> known.key_field IS NULL THEN format('payload lacks the key field %L', known.key_field)
    WHEN length(r.payload ->> known.key_field) NOT BETWEEN 1 AND 255 THEN format('key field %L must have 1 to 255 characters', known.key_field)
    WHEN r.aggregateid IS NOT NULL AND r.aggregateid <> r.payload ->> known.key_field THEN format('aggregateid is %L, but %s in the payload is %L', r.aggregateid, known.key_field, r.payload ->> known.key_field)
    WHEN r.version < 1 THEN 'version must be 1 or more'
    WHEN NOT isfinite(r.occurred_at) THEN 'occurred_at must be finite'
    WHEN id_taken THEN 'an event with this id is in the log already'
    WHEN r.payload::text ~ '[0-9.][eE][+]?0*[1-9][0-9]{2}|[0-9]{200}' AND jsonb_path_exists(r.payload::jsonb, '$.** ? (@.type() == "number" && (@ >= 1.7976931348623158e308 || @ <= -1.7976931348623158e308))')
      THEN 'payload holds a number beyond the range of a double (1.79e308)'
  END;
$$;
