/** JSON Schema for readers: a tree of fields, each with its type, what it is for, and its limits. */
import { html, type Markup } from './markup.ts';
import { line } from './prose.ts';

/** The part of JSON Schema that our document uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  additionalProperties?: boolean | Schema;
}

/** The schemas that have names. */
export type Named = Readonly<Record<string, Schema>>;

/** Deeper things are told by the name of their schema alone. */
const DEPTH = 5;

/** What a schema with a name is; others are themselves. */
export function resolve(schema: Schema, named: Named): Schema {
  return schema.$ref === undefined ? schema : (named[nameOf(schema.$ref)] ?? {});
}

/** The name in a reference. */
export function nameOf(ref: string): string {
  return ref.split('/').at(-1) ?? '';
}

/** The fields of an object, or of the objects in a list; nothing for plain values. */
export function fieldsOf(schema: Schema, named: Named, depth = 0): Markup | undefined {
  const { properties, required = [] } = objectIn(schema, named) ?? {};
  if (!properties || depth > DEPTH) return undefined;
  const rows = Object.entries(properties).map(([name, field]) =>
    fieldRow(name, field, { isRequired: required.includes(name), inside: fieldsOf(field, named, depth + 1), named }),
  );
  return html`<ul class="fields">
    ${rows}
  </ul>`;
}

/** One row of a list of fields. */
export function fieldRow(
  name: string,
  field: Schema,
  { isRequired, inside, named }: { isRequired: boolean; inside?: Markup | undefined; named: Named },
): Markup {
  const schema = { ...resolve(field, named), ...field };
  return html`<li>
    <p class="field">
      <code class="name">${name}</code> <span class="type">${typeOf(field)}</span>${
        isRequired && html` <span class="required">required</span>`
      }
    </p>
    ${schema.description && html`<p class="about">${line(schema.description)}</p>`}${limitsOf(schema, named)}${
      inside &&
      html`<details>
        <summary>Fields of <code>${name}</code></summary>
        ${inside}
      </details>`
    }
  </li>`;
}

/** The object that a schema leads to: itself, one of several forms, or what a list holds. */
function objectIn(schema: Schema, named: Named): Schema | undefined {
  const own = resolve(schema, named);
  if (own.properties) return own;
  if (own.items) return objectIn(own.items, named);
  return own.anyOf?.map((form) => objectIn(form, named)).find((form) => form !== undefined);
}

/** A type in words: `string or null`, `list of Message`. */
export function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  if (schema.anyOf) return [...new Set(schema.anyOf.map((form) => typeOf(form)))].join(' or ');
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const types = [schema.type ?? 'anything'].flat();
  const words = types.map((type) => (type === 'string' && schema.format ? schema.format : type));
  return words.join(' or ');
}

function limitsOf(schema: Schema, named: Named): Markup | undefined {
  const choices = schema.enum ?? resolve(schema.items ?? {}, named).enum;
  const facts: Markup[] = [
    ...(choices ? [html`one of ${choices.map((choice) => html`<code>${JSON.stringify(choice)}</code>`)}`] : []),
    ...(schema.minimum === undefined ? [] : [html`at least ${schema.minimum}`]),
    ...(schema.maximum === undefined ? [] : [html`at most ${schema.maximum}`]),
    ...(schema.maxLength === undefined ? [] : [html`at most ${schema.maxLength} characters`]),
    ...(schema.default === undefined ? [] : [html`default <code>${JSON.stringify(schema.default)}</code>`]),
  ];
  if (facts.length === 0) return undefined;
  return html`<ul class="limits">
    ${facts.map((fact) => html`<li>${fact}</li>`)}
  </ul>`;
}
