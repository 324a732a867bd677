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
  conversations(): Promise<{ id: string; kind: string; personId?: string }[]>;
  messages(conversationId: string): Promise<ShownMessage[]>;
  unread(): Promise<{ id: string; reason: string; raw: string; state: string }[]>;
  call<T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }>;
}

export const ADMIN_KEY = 'test-admin-key';
export const ADMIN_SECRET = 'test-admin-secret-0123456789';

/** Makes the client. `url` gives the address of a product that runs now. */
export function createAdmin(url: () => string): Admin {
  const call = async <T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }> => {
    const response = await fetch(`${url()}${path}`, {
      method,
      headers: { apiKey: ADMIN_KEY, secret: ADMIN_SECRET, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (await response.json()) as T };
  };
  const get = async <T>(path: string): Promise<T> => {
    const { status, body } = await call<T>('GET', path);
    if (status !== 200) throw new Error(`GET ${path} was answered by ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  /** All pages of a list. */
  const list = async <T>(path: string): Promise<T[]> => {
    const found: T[] = [];
    for (let after = ''; ;) {
      const page = await get<{ data: T[]; next: string | null }>(
        `${path}${path.includes('?') ? '&' : '?'}limit=200${after}`,
      );
      found.push(...page.data);
      if (page.next === null) return found;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  };
  return {
    call,
    jobs: (query = '') => list(`/v1/jobs${query}`),
    job: (id) => get(`/v1/jobs/${id}`),
    replay: (id, body) => call('POST', `/v1/jobs/${id}/replay`, body),
    resolve: (id, outcome) => call('POST', `/v1/jobs/${id}/resolve`, { outcome }),
    conversations: () => list('/v1/conversations'),
    messages: (conversationId) => list(`/v1/conversations/${conversationId}/messages`),
    unread: () => list('/v1/unread'),
  };
}
