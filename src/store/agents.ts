import { Schema } from 'mongoose';

/** Who answers: instructions, models, voice. What is `null` is as the operator's variables say. */
export interface AgentRecord {
  _id: string;
  /** Its place in the order of creation; 1 is the default agent. Never given twice. */
  number: number;
  /** What no two agents share: `name:` and the folded name, or the id of one that has no name of its own, or none now. */
  key: string;
  name: string | null;
  instructions: string | null;
  /** `provider/name`, the first that works answers; empty: `MODEL`. */
  models: string[];
  voice: string | null;
  /** ISO 639 codes that it is meant for; empty: any. */
  languages: string[];
  createdAt: Date;
  updatedAt: Date;
  goneAt?: Date | null;
}

export const agentSchema = new Schema<AgentRecord>({
  _id: { type: String, required: true },
  number: { type: Number, required: true },
  key: { type: String, required: true },
  name: { type: String, default: null },
  instructions: { type: String, default: null },
  models: { type: [String], default: [] },
  voice: { type: String, default: null },
  languages: { type: [String], default: [] },
  createdAt: { type: Date, required: true },
  updatedAt: { type: Date, required: true },
  goneAt: Date,
});
agentSchema.index({ number: 1 }, { unique: true });
agentSchema.index({ key: 1 }, { unique: true });
