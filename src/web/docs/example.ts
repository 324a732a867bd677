/** A value that fits a schema, for readers: what an answer looks like. */
import { exampleId } from '../../api/reference/example-ids.ts';
import { API_APP } from '../../conversation.ts';
import { type Named, nameOf, resolve, type Schema } from './schema.ts';

const AT = '2026-01-31T09:26:53.589Z';
const DEPTH = 6;

/** Where in the whole a value stands. */
interface Place {
  /** The field that it is the value of. */
  field?: string;
  /** The name of the schema that the field is of. */
  thing?: string;
  depth?: number;
}

/** Makes it. What has an example, a default or a choice of words is that; the rest is told by its name and type. */
export function exampleOf(schema: Schema, named: Named, place: Place = {}): unknown {
  const { depth = 0 } = place;
  const own = { ...resolve(schema, named), ...schema };
  const given = own.example ?? own.const ?? own.default ?? own.enum?.[0];
  if (given !== undefined) return given;
  if (own.anyOf) return exampleOf(own.anyOf[0] ?? {}, named, place);
  if (own.items) return depth > DEPTH ? [] : [exampleOf(own.items, named, { ...place, depth: depth + 1 })];
  if (!own.properties) return plain(own, place);
  const thing = schema.$ref === undefined ? (place.field ?? '') : nameOf(schema.$ref);
  return Object.fromEntries(
    Object.entries(own.properties).map(([field, value]) => [
      field,
      exampleOf(value, named, { field, thing, depth: depth + 1 }),
    ]),
  );
}

function plain({ type, format, minimum = 1 }: Schema, place: Place): unknown {
  const [first] = [type].flat();
  if (first === 'string') return format === 'date-time' ? AT : word(place);
  if (first === 'integer' || first === 'number') return minimum;
  if (first === 'boolean') return true;
  return first === 'object' ? {} : null;
}

function word({ field = '', thing = '' }: Place): string {
  if (field === 'id') return exampleId(thing);
  if (/Ids?$/.test(field)) return exampleId(field.replace(/Ids?$/, ''));
  return /^apps?$/.test(field) ? API_APP : 'text';
}
