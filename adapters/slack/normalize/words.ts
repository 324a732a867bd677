/** Slack's markup of what people write, as the words that they saw. */
import { normalizeText } from '#src/text/normalize.ts';
import type { Self } from '../self.ts';
import type { Found } from './schema.ts';

/** A text and whether it speaks to us. */
export interface Words {
  /** Without our own mention; others as `@name`, channels as `#name`, links with their address. */
  text: string;
  mentionsUs: boolean;
}

/** Everything special stands in angle brackets; those that people type come as entities. */
const SPECIAL = /<([^<>\n]*)>/g;

/** What stands for our own mention until the text around it is joined: nothing that can be left of SPECIAL. */
const US = '<>';

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** An address without what people leave out of one. */
function bare(address: string): string {
  return address.replace(/^(?:https?:\/\/|mailto:|tel:)/, '').replace(/\/$/, '');
}

function readLink(address: string, label: string): string {
  const shown = /^(?:mailto|tel):/.test(address) ? bare(address) : address;
  if (label === '' || label === address) return shown;
  return bare(label) === bare(address) ? label : `${label} (${shown})`;
}

/** What a piece in angle brackets says: `@U1`, `#C1|name`, `!here`, `!subteam^S1|@team`, `!date^…|text`, or a link. */
function readSpecial(inside: string, names: Found['names']): string {
  const [target = '', ...rest] = inside.split('|');
  const label = rest.join('|');
  const id = target.slice(1);
  if (target.startsWith('@')) return `@${names[id] ?? (label || id)}`;
  if (target.startsWith('#')) return `#${names[id] ?? (label || id)}`;
  if (!target.startsWith('!')) return readLink(target, label);
  if (id.startsWith('subteam^')) return label || '@group';
  return id.startsWith('date^') ? label : `@${id}`;
}

/** Takes our mention out, without leaving a double blank, or a comma alone at the head of a line. */
function withoutUs(text: string): string {
  return text.replaceAll(/(^|\n)\s*<>[\s,:]*/g, '$1').replaceAll(/\s?<>/g, '');
}

/** Reads a text. Names that are not known stay ids. */
export function readWords(markup: string, self: Self, names: Found['names'] = {}): Words {
  let mentionsUs = false;
  const marked = markup.replaceAll(SPECIAL, (_whole, inside: string) => {
    if (inside === '') return '';
    const isUs = inside === `@${self.userId}` || inside.startsWith(`@${self.userId}|`);
    mentionsUs ||= isUs;
    return isUs ? US : readSpecial(inside, names);
  });
  const text = withoutUs(marked).replaceAll(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);
  const spoken = normalizeText(text).trim();
  return { text: spoken === '' && mentionsUs ? `@${self.name}` : spoken, mentionsUs };
}

/** A name on one line; empty when there is nothing to see in it. */
export function oneLine(text: string): string {
  return normalizeText(text).replaceAll(/\s+/g, ' ').trim();
}
