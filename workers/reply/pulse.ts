/** A text that keeps growing, shown now and then: one call at a time, the latest text wins. */

/** What came of showing a text: when the next may come, or that there will be none. */
export type Beat = { isShown: boolean; pauseMs: number } | 'over';

export interface Pulse {
  /** The text as it is now. */
  set(text: string): void;
  /** Shows nothing more; resolves when nothing is under way. */
  end(): Promise<void>;
}

/** Makes the pulse: nothing before `afterMs`, then at most one `show` in `everyMs`. `show` must not reject. */
export function createPulse(options: { afterMs: number; everyMs: number; show(text: string): Promise<Beat> }): Pulse {
  let [text, shown, nextAt, isOver] = ['', '', Date.now() + options.afterMs, false];
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  const beat = async () => {
    const now = text;
    nextAt = Date.now() + options.everyMs;
    const came = await options.show(now);
    running = undefined;
    if (came === 'over') isOver = true;
    else {
      if (came.isShown) shown = now;
      nextAt = Math.max(nextAt, Date.now() + came.pauseMs);
      plan();
    }
  };
  const plan = () => {
    if (isOver || timer !== undefined || running !== undefined || text === shown || text.trim() === '') return;
    timer = setTimeout(
      () => {
        timer = undefined;
        running = beat();
      },
      Math.max(0, nextAt - Date.now()),
    );
  };

  return {
    set(now) {
      text = now;
      plan();
    },
    async end() {
      isOver = true;
      clearTimeout(timer);
      await running;
    },
  };
}
