/** The language of the samples: chosen once, for all of them, and remembered. */
const KEY = 'pantheon.docs.language';

/** Begins with the language that was chosen last. */
export function makeLanguagesChoosable(): void {
  for (const list of document.querySelectorAll('[role=tablist]')) {
    list.addEventListener('click', ({ target }) => chosen(target));
    list.addEventListener('keydown', (event) => move(list, event as KeyboardEvent));
  }
  const last = remembered();
  if (last) show(last);
}

function chosen(target: EventTarget | null): void {
  const tab = target instanceof Element ? target.closest<HTMLElement>('[role=tab]') : null;
  const language = tab?.dataset['language'];
  if (!tab || !language) return;
  const before = tab.getBoundingClientRect().top;
  show(language);
  remember(language);
  // The samples above have other heights now: what was clicked stays under the finger.
  scrollBy({ top: tab.getBoundingClientRect().top - before, behavior: 'instant' });
}

/** Arrow keys go round the tabs, Home and End to the ends. */
function move(list: Element, event: KeyboardEvent): void {
  const tabs = [...list.querySelectorAll<HTMLElement>('[role=tab]')];
  const at = tabs.findIndex((tab) => tab === document.activeElement);
  const goal = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (goal === undefined || at === -1) return;
  event.preventDefault();
  const tab = tabs.at(goal % tabs.length);
  tab?.focus();
  chosen(tab ?? null);
}

function show(language: string): void {
  if (!document.querySelector(`[role=tab][data-language="${CSS.escape(language)}"]`)) return;
  for (const tab of document.querySelectorAll<HTMLElement>('[role=tab]')) {
    const isChosen = tab.dataset['language'] === language;
    tab.ariaSelected = String(isChosen);
    tab.tabIndex = isChosen ? 0 : -1;
  }
  for (const panel of document.querySelectorAll<HTMLElement>('[role=tabpanel]')) {
    panel.hidden = panel.dataset['language'] !== language;
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a browser that is told to keep nothing
  }
}

function remember(language: string): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // as above: the choice holds for this page
  }
}
