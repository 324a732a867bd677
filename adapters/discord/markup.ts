/**
 * Markup whose way of writing depends on what stands in it, or before it. The renderer only hints at it, by characters
 * that no text has (`normalizeText` takes them out), and here it is written.
 */

/** The hints. */
export const HINTS = {
  code: '\u0001',
  codeEnd: '\u0002',
  link: '\u0003',
  linkTo: '\u0004',
  linkEnd: '\u0005',
  /** Followed by the depth. */
  heading: '\u0006',
  headingEnd: '\u0007',
} as const;

/** Discord has headings of three sizes. */
export const HEADING_DEPTHS = 3;

// oxlint-disable no-control-regex
const CODE = /\u0001([^\u0002]*)\u0002/g;
const LINK = /\u0003([^\u0004]*)\u0004([^\u0005]*)\u0005/g;
const HEADING_AT_LINE_START = /^((?:> )?)\u0006(\d)([^\u0007]*)\u0007/gm;
const HEADING = /\u0006\d([^\u0007]*)\u0007/g;
// oxlint-enable no-control-regex

/**
 * A part with everything written out; never longer than it was counted. A heading is one at the beginning of a line
 * only; elsewhere, after a bullet, it is bold.
 */
export function settle(part: string): string {
  return part
    .replaceAll(CODE, writeCode)
    .replaceAll(LINK, writeLink)
    .replaceAll(HEADING_AT_LINE_START, (_, start: string, depth: string, text: string) => {
      return `${start}${'#'.repeat(Number(depth))} ${text}`;
    })
    .replaceAll(HEADING, '**$1**');
}

/** Code with a backtick in it stands between two of them, and a blank parts it from one at its edge. */
function writeCode(_: string, code: string): string {
  if (!code.includes('`')) return `\`${code}\``;
  const before = code.startsWith('`') ? ' ' : '';
  const after = code.endsWith('`') ? ' ' : '';
  return `\`\`${before}${code}${after}\`\``;
}

/** Discord links no label that is an address itself, because the label might lie. */
function writeLink(_: string, label: string, href: string): string {
  if (label === href) return href;
  const isAddress = label.includes('://') || /^[\w-]+(\.[\w-]+)+(\/\S*)?$/.test(label.replaceAll('\\', ''));
  return isAddress ? `${label} (<${href}>)` : `[${label}](<${href}>)`;
}
