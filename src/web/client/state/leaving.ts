/** What the browser asks a person who is about to leave. */
import { effect } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';

const ask = (event: BeforeUnloadEvent) => event.preventDefault();

/** Lets the browser ask back while something would be lost with the tab. It listens only then: a listener costs the browser's quick way back to a page. */
export function askBeforeLeaving(wouldLose: ReadonlySignal<boolean>): void {
  effect(() => {
    if (wouldLose.value) globalThis.addEventListener('beforeunload', ask);
    else globalThis.removeEventListener('beforeunload', ask);
  });
}
