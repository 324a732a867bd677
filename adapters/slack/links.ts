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

/** An address in a text: with its scheme, or a host's name or number, with what stands before and behind it. */
const ADDRESS =
  /[a-z][a-z\d+.-]*:\/\/\S+|(?:[\w.+-]+@)?(?:(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}|(?:\d{1,3}\.){3}\d{1,3})(?::\d+)?(?:[/?#]\S*)?/giu;

/** Dots that a browser reads as one. */
const DOTS = /[\u3002\uFF0E\uFF61]/g;

function bare(address: string): string {
  return address
    .replace(/^(?:https?:\/\/|mailto:)/i, '')
    .replace(/^www\./i, '')
    .replace(/\/+$/, '')
    .toLowerCase();
}

/** A label, and what touches it without a blank between: people read it as one word. */
interface Shown {
  before: string;
  label: string;
  after: string;
}

/** Whether a label shows an address that is neither its target nor the target's host, or is a piece of one. */
function showsOther(shown: Shown, href: string): boolean {
  const own = new Set([bare(href), bare(new URL(href).host)]);
  const isOther = ([address]: RegExpExecArray): boolean => !own.has(bare(address));
  const [before, label, after] = [shown.before, shown.label, shown.after].map(plainDots) as [string, string, string];
  const within = [...label.matchAll(ADDRESS)];
  if (within.length > 0) return within.some(isOther);
  const touchesLabel = ({ 0: address, index }: RegExpExecArray): boolean =>
    index < before.length + label.length && index + address.length > before.length;
  return [...`${before}${label}${after}`.matchAll(ADDRESS)].filter(touchesLabel).some(isOther);
}

function plainDots(text: string): string {
  return text.normalize('NFKC').replaceAll(DOTS, '.');
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
    const next = link ? runs.findIndex((run, index) => index > at && linkOf(run) !== link) : at + 1;
    const end = next === -1 ? runs.length : next;
    const group = runs.slice(at, end);
    const shown = {
      before: /\S*$/.exec(textOf(runs.slice(0, at)))?.[0] ?? '',
      label: textOf(group),
      after: /^\S*/.exec(textOf(runs.slice(end)))?.[0] ?? '',
    };
    out.push(...(link && showsOther(shown, link.href) ? unlinked(group, link) : group));
    at += group.length;
  }
  return out;
}

/** The blocks with every link taken apart whose label shows another address than its target. */
export function withHonestLinks(blocks: readonly Block[]): Block[] {
  return blocks.map((block) => ({ ...block, runs: honest(block) }));
}
