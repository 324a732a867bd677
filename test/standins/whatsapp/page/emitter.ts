/** Events as Backbone has them: several names in one string, and no memory of what was before. */

type Listener = (...values: unknown[]) => void;

/** Its fields are public: the library sees models through a proxy, which private ones do not stand. */
export class Emitter {
  readonly listeners = new Map<string, Set<Listener>>();

  on(names: string, listener: Listener): void {
    for (const name of names.split(' ')) {
      const listeners = this.listeners.get(name) ?? new Set();
      this.listeners.set(name, listeners.add(listener));
    }
  }

  once(name: string, listener: Listener): void {
    const first: Listener = (...values) => {
      this.off(name, first);
      listener(...values);
    };
    this.on(name, first);
  }

  off(name: string, listener: Listener): void {
    this.listeners.get(name)?.delete(listener);
  }

  trigger(name: string, ...values: unknown[]): void {
    for (const listener of this.listeners.get(name) ?? []) listener(...values);
  }

  hears(name: string): boolean {
    return (this.listeners.get(name)?.size ?? 0) > 0;
  }
}
