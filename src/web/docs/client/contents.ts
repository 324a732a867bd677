/** The contents follow the reader: where one is, is marked; on a narrow screen they fold away once one has chosen. */

/** Narrower than this, the contents lie above the text and not beside it. As in `layout.css`. */
const NARROW = matchMedia('(max-width: 60rem)');

/** Begins to do so. */
export function followReader(): void {
  const details = document.querySelector<HTMLDetailsElement>('nav details');
  if (!details) return;
  details.open = !NARROW.matches;
  NARROW.addEventListener('change', () => (details.open = !NARROW.matches));
  details.addEventListener('click', ({ target }) => {
    if (NARROW.matches && target instanceof Element && target.closest('a')) details.open = false;
  });
  markWhereOneIs(details);
}

function markWhereOneIs(contents: HTMLElement): void {
  const links = new Map([...contents.querySelectorAll('a')].map((link) => [link.hash.slice(1), link]));
  const places = [...links.keys()].flatMap((id) => document.getElementById(id) ?? []);
  let current: HTMLAnchorElement | undefined;
  const mark = (): void => {
    const reached = places.findLast((place) => place.getBoundingClientRect().top < innerHeight / 3);
    const link = links.get((reached ?? places[0])?.id ?? '');
    if (link === current) return;
    current?.removeAttribute('aria-current');
    link?.setAttribute('aria-current', 'true');
    current = link;
    if (link && !NARROW.matches && !document.activeElement?.closest('nav')) bringIntoView(link);
  };
  let isAsked = false;
  addEventListener(
    'scroll',
    () => {
      if (isAsked) return;
      isAsked = true;
      requestAnimationFrame(() => {
        isAsked = false;
        mark();
      });
    },
    { passive: true },
  );
  mark();
}

/** Moves the contents only: `scrollIntoView` would move the page as well. */
function bringIntoView(link: HTMLElement): void {
  const box = link.closest('nav');
  if (!box) return;
  const [inner, outer] = [link.getBoundingClientRect(), box.getBoundingClientRect()];
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top + 48;
  if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom + 48;
}
