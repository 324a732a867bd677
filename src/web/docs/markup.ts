/** HTML from templates: every value in them is text, unless it is markup that such a template has made. */
import { escapeHtml } from '../document.ts';

/** A piece of HTML that may stand as it is. */
export interface Markup {
  html: string;
}

type Value = Markup | string | number | false | undefined | readonly (Markup | undefined)[];

/** Makes markup. Lists are joined, `false` and `undefined` leave no trace. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Markup {
  return { html: strings.map((text, index) => text + written(values[index])).join('') };
}

function written(value: Value): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return 'html' in value ? value.html : value.map((one) => written(one)).join('\n');
}
