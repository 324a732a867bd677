/** Our key of a part, as metadata that nobody sees and that the history gives back. */
import type { types } from '@slack/bolt';

const EVENT_TYPE = 'pantheon_part';

/** The metadata of a part. */
export function keyOf(key: string): types.MessageMetadata {
  return { event_type: EVENT_TYPE, event_payload: { key } };
}

/** What the history gives of it. */
interface Kept {
  metadata?: { event_type?: string; event_payload?: Record<string, unknown> };
}

/** Whether a message of the history is the part of this key. */
export function hasKey({ metadata }: Kept, key: string): boolean {
  return metadata?.event_type === EVENT_TYPE && metadata.event_payload?.['key'] === key;
}
