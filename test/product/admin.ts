/** The admin's calls, as a person with a key pair makes them. */

/** A job as `/v1/jobs` shows it. */
export interface Job {
  id: string;
  kind: 'reply' | 'deliver';
  state: string;
  conversationId: string | null;
  messageId?: string;
  attempts: { at: string; error?: string; certain?: boolean }[];
  error: { code: string; message: string; at: string } | null;
  createdAt: string;
  nextTryAt?: string;
  text: string;
}

/** A message as `/v1/conversations/{id}/messages` shows it. */
export interface ShownMessage {
  id: string;
  seq: number;
  role: 'user' | 'agent' | 'human' | 'system';
  text: string;
  turnId?: string;
  edits?: { text: string; at: string }[];
  deliveries: { id: string; state: string; attempts: number; certain: boolean; externalIds: string[] }[];
}

export interface Admin {
  jobs(query?: string): Promise<Job[]>;
  job(id: string): Promise<Job>;
  replay(id: string, body?: object): Promise<{ status: number; body: Job }>;
  resolve(id: string, outcome: 'sent' | 'not_sent'): Promise<{ status: number; body: Job }>;
  messages(conversationId: string): Promise<ShownMessage[]>;
  unread(): Promise<{ id: string; reason: string; raw: string; state: string }[]>;
  conversations(): Promise<{ id: string; kind: string; personId?: string }[]>;
  /** Any other call; the caller says what it expects. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  call<T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }>;
}

export const ADMIN_KEY = 'test-admin-key';
export const ADMIN_SECRET = 'test-admin-secret-0123456789';

/** Makes the client. `url` gives the address of a product that runs now. */
export function createAdmin(url: () => string): Admin {
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  const call = async <T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }> => {
    const response = await fetch(`${url()}${path}`, {
      method,
      headers: { apiKey: ADMIN_KEY, secret: ADMIN_SECRET, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (await response.json()) as T };
  };
  const get = async (path: string): Promise<unknown> => {
    const { status, body } = await call('GET', path);
    if (status !== 200) throw new Error(`GET ${path} was answered by ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const change = (path: string, body?: object) => call<Job>('POST', path, body);
  /** All pages of a list. */
  const list = async (path: string): Promise<unknown[]> => {
    const found: unknown[] = [];
    for (let after = ''; ;) {
      const address = `${path}${path.includes('?') ? '&' : '?'}limit=200${after}`;
      const page = (await get(address)) as { data: unknown[]; next: string | null };
      found.push(...page.data);
      if (page.next === null) return found;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  };
  return {
    call,
    jobs: (query = '') => list(`/v1/jobs${query}`) as Promise<Job[]>,
    job: (id) => get(`/v1/jobs/${id}`) as Promise<Job>,
    replay: (id, body) => change(`/v1/jobs/${id}/replay`, body),
    resolve: (id, outcome) => change(`/v1/jobs/${id}/resolve`, { outcome }),
    conversations: () => list('/v1/conversations') as ReturnType<Admin['conversations']>,
    messages: (conversationId) => list(`/v1/conversations/${conversationId}/messages`) as Promise<ShownMessage[]>,
    unread: () => list('/v1/unread') as ReturnType<Admin['unread']>,
  };
}
