/** Links that show where they lead. */
import { append, textOf } from '#src/text/rich.ts';
import type { Block, Mark, Run } from '#src/text/rich.ts';

const MAX_HREF = 2_000;

type Link = Mark & { kind: 'link' };

/** What Slack opens: web and mail. A login in an address hides where it leads. */
export function canLink(href: string): boolean {
  if (href.length > MAX_HREF || !/^(?:https?:\/\/|mailto:)/i.test(href) || !URL.canParse(href)) return false;
  const { username, password } = new URL(href);
  return username === '' && password === '';
}

/** An address in a label: with its scheme, or a host's name, with what stands before and behind it. */
const ADDRESS = /[a-z][a-z\d+.-]*:\/\/\S+|(?:[\w.+-]+@)?(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}(?::\d+)?(?:[/?#]\S*)?/giu;

function bare(address: string): string {
  return address
    .replace(/^(?:https?:\/\/|mailto:)/i, '')
    .replace(/^www\./i, '')
    .replace(/\/+$/, '')
    .toLowerCase();
}

/** Whether a label shows an address that is neither its target nor the target's host. */
function showsOther(label: string, href: string): boolean {
  const own = new Set([bare(href), bare(new URL(href).host)]);
  return (label.normalize('NFKC').match(ADDRESS) ?? []).some((shown) => !own.has(bare(shown)));
}

function linkOf({ marks }: Run): Link | undefined {
  return marks.find((mark) => mark.kind === 'link');
}

/** The runs of one label, as words with the address behind them. */
function unlinked(runs: readonly Run[], link: Link): Run[] {
  const words = runs.map(({ text, marks }) => ({ text, marks: marks.filter((mark) => mark !== link) }));
  append(words, ` (${link.href})`, words.at(-1)?.marks ?? []);
  return words;
}

function honest({ runs }: Block): Run[] {
  const out: Run[] = [];
  for (let at = 0; at < runs.length;) {
    const link = linkOf(runs[at] as Run);
    const end = link ? runs.findIndex((run, index) => index > at && linkOf(run) !== link) : at + 1;
    const group = runs.slice(at, end === -1 ? runs.length : end);
    out.push(...(link && showsOther(textOf(group), link.href) ? unlinked(group, link) : group));
    at += group.length;
  }
  return out;
}

/** The blocks with every link taken apart whose label shows another address than its target. */
export function withHonestLinks(blocks: readonly Block[]): Block[] {
  return blocks.map((block) => ({ ...block, runs: honest(block) }));
}
