/** What a test asks and orders of the stand-in of any platform. */
export interface Standin<Call, Fault, Limits> {
  /** Calls refused because of `limits`. */
  readonly violations: number;
  callsOf(name: string): Call[];
  count(name: string): number;
  /** Resolves as soon as the predicate gives something but `undefined` or `false`. */
  waitFor<T>(predicate: (standin: this) => T | undefined | false, deadlineMs?: number): Promise<T>;

  /** May be changed at any time. */
  limits: Limits;
  /** The next `times` calls of this name fail so; `*` is any. */
  faultNext(name: string, fault: Fault, times?: number): void;
  clearFaults(): void;
  /** The platform is gone, or back. */
  down(): Promise<void>;
  up(): Promise<void>;
  stop(): Promise<void>;
}
