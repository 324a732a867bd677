/** Where a text may be cut. */

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A character that goes on can be told within so many units behind the place. */
const LOOK_AHEAD = 16;

/** A cut: what is before `end` stays, what is from `resume` on follows, the white space in between is not needed. */
export interface Cut {
  end: number;
  resume: number;
}

/**
 * The kinds of place, the best first, each with the share of the room that must be used for it to be taken. Code
 * loses nothing but newlines.
 */
const PROSE: readonly [RegExp, number][] = [
  [/\n\s*/g, 0.5],
  [/(?<=[.!?…؟۔।]["'”’»)\]*_]*)\s+|(?<=[。！？][”’」』）]*)(?![”’」』）。！？])/g, 0.5],
  [/\s+/g, 0.3],
];
const CODE: readonly [RegExp, number][] = [
  [/\n{2,}/g, 0.7],
  [/\n/g, 0.1],
  [/(?<= )/g, 0.7],
];

/** The best place at which to cut a text of which `room` units fit; nothing is ever cut inside a grapheme that fits. */
export function findCut(text: string, room: number, kind: 'prose' | 'code'): Cut {
  for (const [pattern, share] of kind === 'code' ? CODE : PROSE) {
    const cut = lastMatch(text, pattern, Math.ceil(room * share), room);
    if (cut) return cut;
  }
  const end = graphemeEnd(text, room);
  return { end, resume: end };
}

function lastMatch(text: string, pattern: RegExp, from: number, to: number): Cut | undefined {
  const found: Cut[] = [];
  pattern.lastIndex = Math.max(1, from);
  for (let match = pattern.exec(text); match && match.index <= to; match = pattern.exec(text)) {
    found.push({ end: match.index, resume: match.index + match[0].length });
    if (match[0] === '') pattern.lastIndex += 1;
  }
  return found.findLast(({ resume }) => isBoundary(text, resume));
}

/** An accent, a joiner or a skin tone after a space is drawn on the space. */
function isBoundary(text: string, index: number): boolean {
  const around = text.slice(Math.max(0, index - 1), index + LOOK_AHEAD);
  return index === text.length || graphemes.segment(around).containing(1)?.index === 1;
}

/** The last boundary between graphemes at or before `room`; inside one that is longer than that, between code points. */
function graphemeEnd(text: string, room: number): number {
  const { index } = graphemes.segment(text).containing(room) ?? { index: room };
  if (index > 0) return index;
  const isInPair = /^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(room - 1, room + 1));
  return isInPair && room > 1 ? room - 1 : room + Number(isInPair);
}
