/** Where the page is scrolled to: stays at the end while it is there, and in its place while older entries come in above. */
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { RefObject } from 'preact';

export interface Scroll {
  /** The box that scrolls. */
  box: RefObject<HTMLDivElement | null>;
  isAtEnd: ReadonlySignal<boolean>;
  toEnd(behavior?: ScrollBehavior): void;
}

/** How far from an edge still counts as being there. */
const END_PX = 64;
const START_PX = 600;

/** Keeps the end in view. `onNearStart` is called when older entries will soon be wanted. */
export function useScroll(onNearStart: () => void): Scroll {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useMemo(() => signal(true), []);

  const toEnd = (behavior: ScrollBehavior = 'instant') => {
    isAtEnd.value = true;
    box.current?.scrollTo({ top: box.current.scrollHeight, behavior });
  };

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    let top = 0;
    const onScroll = () => {
      const isNear = element.scrollHeight - element.scrollTop - element.clientHeight < END_PX;
      // Only scrolling up leaves the end: the text may have grown since the scroll that this event tells of.
      if (isNear || element.scrollTop < top) isAtEnd.value = isNear;
      top = element.scrollTop;
      if (element.scrollTop < START_PX) onNearStart();
    };
    // Growing text, a taller composer, an opening keyboard: whatever changes the heights.
    const sizes = new ResizeObserver(() => isAtEnd.value && toEnd());
    for (const watched of [element, ...element.children]) sizes.observe(watched);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, []);

  return { box, isAtEnd, toEnd };
}

/** Holds what is being read in its place when entries come in above it. `firstKey` is the key of the first entry. */
export function useSteadyPlace({ box, isAtEnd }: Scroll, firstKey: string | undefined): void {
  const before = useRef<{ key: string; top: number } | undefined>(undefined);
  useLayoutEffect(() => {
    const topOf = (key: string) =>
      box.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.offsetTop;
    const { key, top } = before.current ?? {};
    if (key !== undefined && top !== undefined && key !== firstKey && !isAtEnd.value) {
      box.current?.scrollBy({ top: (topOf(key) ?? top) - top, behavior: 'instant' });
    }
    before.current = firstKey === undefined ? undefined : { key: firstKey, top: topOf(firstKey) ?? 0 };
  });
}
