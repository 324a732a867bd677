/** WhatsApp's ids: `USER@SERVER`. */

export class Wid {
  readonly user: string;
  readonly server: string;
  readonly _serialized: string;

  constructor(written: string) {
    const [user = '', server = ''] = written.split('@');
    if (user === '' || server === '') throw new Error(`wid error: invalid wid ${written}`);
    this.user = user;
    this.server = server;
    this._serialized = written;
  }

  isLid(): boolean {
    return this.server === 'lid';
  }

  isGroup(): boolean {
    return this.server === 'g.us';
  }

  isStatus(): boolean {
    return this._serialized === 'status@broadcast';
  }

  toString(): string {
    return this._serialized;
  }

  toJid(): string {
    return this._serialized;
  }
}

/** Reads an id that is written, or is one already. */
export function toWid(id: unknown): Wid {
  if (id instanceof Wid) return id;
  return new Wid(typeof id === 'string' ? id : (id as { _serialized: string })._serialized);
}

/** A message's id: unique with the chat, the side, and in groups the author. */
export class MsgKey {
  readonly fromMe: boolean;
  readonly remote: Wid;
  readonly id: string;
  readonly participant?: Wid;
  readonly _serialized: string;

  constructor(fields: {
    to?: Wid;
    remote?: Wid;
    id: string;
    participant?: Wid | undefined;
    selfDir?: string;
    fromMe?: boolean;
  }) {
    this.fromMe = fields.fromMe ?? fields.selfDir === 'out';
    this.remote = toWid(fields.remote ?? fields.to);
    this.id = fields.id;
    if (fields.participant) this.participant = fields.participant;
    const author = this.participant ? `_${this.participant._serialized}` : '';
    this._serialized = `${this.fromMe}_${this.remote._serialized}_${this.id}${author}`;
  }

  /** https://github.com/tulir/whatsmeow/blob/main/send.go (GenerateMessageID): 3EB0 and nine bytes. */
  static async newId(): Promise<string> {
    const bytes = crypto.getRandomValues(new Uint8Array(9));
    return `3EB0${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`.toUpperCase();
  }

  toString(): string {
    return this._serialized;
  }
}
