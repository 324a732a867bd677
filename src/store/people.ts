import { Schema } from 'mongoose';

/** A human. `activeConversationId` is the only word on which conversation their direct messages go to. */
export interface Person {
  _id: string;
  name: string;
  languages: string[];
  activeConversationId: string;
  /** Joined to this person, who has all that was theirs. */
  mergedInto?: string;
  /** Raised by whatever changes which identities belong here, or their rights: what a process remembers of them is void then. */
  version: number;
  /** Turns run on `turnsDay` (a UTC date): what `PERSON_DAILY_TURNS` limits. */
  turnsDay: string;
  turns: number;
  /** Something said before was erased: an event from before is looked for among the tombstones. */
  notBefore?: Date | null;
  createdAt: Date;
}

export const personSchema = new Schema<Person>({
  _id: { type: String, required: true },
  name: { type: String, default: '' },
  languages: { type: [String], default: [] },
  activeConversationId: { type: String, required: true },
  mergedInto: String,
  version: { type: Number, default: 0 },
  turnsDay: { type: String, default: '' },
  turns: { type: Number, default: 0 },
  notBefore: Date,
  createdAt: { type: Date, required: true },
});
