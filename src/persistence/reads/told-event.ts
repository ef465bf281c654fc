/** What an event (`e`) told, of which account (`a`), as JSON; null where there is no event. */
export const TOLD_EVENT = `CASE WHEN e.id IS NOT NULL THEN jsonb_build_object(
    'type', e.type,
    'occurredAt', to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'account', CASE WHEN a.id IS NOT NULL
      THEN jsonb_build_object('id', a.id::text, 'externalId', a.external_id, 'name', a.name) END,
    'subjectId', e.subject_id::text, 'actorId', e.actor_id, 'actorName', e.actor_name, 'requestId', e.request_id,
    'details', e.data) END`;
