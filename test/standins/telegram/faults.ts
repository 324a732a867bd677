import type { WireFault } from '../faults.ts';

/** How a call goes wrong: a JSON error · the HTML page of Telegram's front · on the wire. */
export type Fault = { status: number; description?: string; retry_after?: number } | 'html502' | WireFault;
