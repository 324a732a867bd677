/** Things with fields that tell when they change, and collections of them that pass it on. */
import { Emitter } from './emitter.ts';

export class Model extends Emitter {
  readonly fields: Record<string, unknown>;

  constructor(fields: Record<string, unknown>) {
    super();
    this.fields = fields;
    return new Proxy(this, {
      get: (model, name) => (name in model ? (Reflect.get(model, name, model) as unknown) : model.fields[String(name)]),
    });
  }

  set(changes: Record<string, unknown>): void {
    const before = { ...this.fields };
    Object.assign(this.fields, changes);
    for (const [name, value] of Object.entries(changes)) {
      if (before[name] !== value) this.trigger(`change:${name}`, this, value, before[name]);
    }
    this.trigger('change', this);
  }

  override trigger(name: string, ...values: unknown[]): void {
    super.trigger(name, ...values);
    this.collection?.trigger(name, ...values);
  }

  collection?: Collection;

  serialize(): Record<string, unknown> {
    return { ...this.fields };
  }
}

/** Models by their id as it is written. */
export class Collection extends Emitter {
  readonly models = new Map<string, Model>();

  get(id: unknown): Model | undefined {
    return this.models.get(String(id));
  }

  async find(id: unknown): Promise<Model | undefined> {
    return this.get(id);
  }

  add(model: Model): Model {
    const id = String(model.fields['id']);
    const known = this.models.get(id);
    if (known) return known;
    model.collection ??= this;
    this.models.set(id, model);
    this.trigger('add', model);
    return model;
  }

  getModelsArray(): Model[] {
    return [...this.models.values()];
  }

  async getMessagesById(ids: string[]): Promise<{ messages: Model[] }> {
    return { messages: ids.flatMap((id) => this.get(id) ?? []) };
  }

  async update(): Promise<void> {}
}
