import { Schema } from 'mongoose';

const EVENT_DAYS = 30;
const DAY_SECONDS = 86_400;

/** Something happened. `key` is type + subject + state; the id follows from it, so the same thing is one event. */
export interface Event {
  _id: string;
  key: string;
  type: string;
  data: Record<string, string>;
  createdAt: Date;
}

export const eventSchema = new Schema<Event>({
  _id: { type: String, required: true },
  key: { type: String, required: true },
  type: { type: String, required: true },
  data: { type: Schema.Types.Mixed, required: true },
  createdAt: { type: Date, required: true },
});
eventSchema.index({ createdAt: 1 }, { expireAfterSeconds: EVENT_DAYS * DAY_SECONDS });
