/** Finding an operation while one types. `/` goes to the field, Enter to the first that fits, Escape empties it. */

/** Begins to do so. */
export function makeFindable(): void {
  const field = document.querySelector<HTMLInputElement>('#find');
  const list = document.querySelector<HTMLElement>('#operations');
  if (!field || !list) return;
  const find = (): void => narrow(list, wordsOf(field.value));

  field.addEventListener('input', find);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === 'ArrowDown') {
      const first = list.querySelector<HTMLElement>('li:not([hidden]) a');
      event.preventDefault();
      if (event.key === 'Enter') first?.click();
      first?.focus();
    }
    if (event.key === 'Escape') {
      field.value = '';
      find();
    }
  });
  list.addEventListener('keydown', (event) => step(field, list, event));
  document.addEventListener('keydown', (event) => {
    const isWriting = event.target instanceof HTMLInputElement;
    if (event.key !== '/' || isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  // A browser that comes back to the page may have filled the field.
  if (field.value) find();
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Shows those operations in which every word is found. */
function narrow(list: HTMLElement, words: string[]): void {
  let count = 0;
  for (const link of list.querySelectorAll<HTMLElement>('a[data-find]')) {
    const fits = words.every((word) => link.dataset['find']?.includes(word));
    link.closest('li')?.toggleAttribute('hidden', !fits);
    count += Number(fits);
  }
  for (const group of list.querySelectorAll('section')) {
    group.toggleAttribute('hidden', !group.querySelector('li:not([hidden])'));
  }
  list.querySelector('.nothing')?.toggleAttribute('hidden', count > 0);
  document.body.classList.toggle('finding', words.length > 0);
  const details = list.closest('details');
  if (details && words.length > 0) details.open = true;
  const said = document.querySelector('#said');
  if (said) said.textContent = words.length > 0 ? `${count} operations fit` : '';
}

/** The arrow keys walk through what was found, and back to the field. */
function step(field: HTMLElement, list: HTMLElement, event: KeyboardEvent): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  const links = [...list.querySelectorAll<HTMLElement>('li:not([hidden]) a')];
  const at = links.findIndex((link) => link === document.activeElement);
  event.preventDefault();
  if (at + by < 0) field.focus();
  else links[at + by]?.focus();
}
