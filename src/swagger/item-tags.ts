import type { ItemTags } from '../nest/routes/route.js';
import { isReference } from './openapi.js';
import type { Operation, Schema } from './openapi.js';

/** What `@ItemETags()` adds to the schema of a list: the tag in each of its items. */
export function documentItemTags(operation: Operation, { property, items }: ItemTags): void {
  const response = operation.responses?.['200'];
  if (response === undefined || isReference(response)) return;
  for (const media of Object.values(response.content ?? {})) {
    if (media.schema !== undefined) media.schema = withItemTag(media.schema, items, property);
  }
}

/** What `@ETag({ property })` adds to the schema of one item. */
export function documentTagInBody(
  operation: Operation,
  statuses: readonly number[],
  property: readonly string[],
): void {
  for (const status of statuses) {
    const response = operation.responses?.[status];
    if (response === undefined || isReference(response)) continue;
    for (const media of Object.values(response.content ?? {})) {
      if (media.schema !== undefined) media.schema = both(media.schema, taggedItem(property));
    }
  }
}

/** A schema whose list, at this path, has the property in its items. Shared components stay as they are. */
function withItemTag(schema: Schema, path: readonly string[], property: readonly string[]): Schema {
  const [step, ...rest] = path;
  if (step === undefined) {
    const { items } = schema;
    return isSchema(items)
      ? { ...schema, items: both(items, taggedItem(property)) }
      : both(schema, { type: 'array', items: taggedItem(property) });
  }
  const { properties } = schema;
  const inner = isSchema(properties) ? properties[step] : undefined;
  return isSchema(properties) && isSchema(inner)
    ? { ...schema, properties: { ...properties, [step]: withItemTag(inner, rest, property) } }
    : both(schema, { type: 'object', properties: { [step]: withItemTag({}, rest, property) } });
}

function both(schema: Schema, more: Schema): Schema {
  return Object.keys(schema).length === 0 ? more : { allOf: [schema, more] };
}

function taggedItem(path: readonly string[]): Schema {
  return path.reduceRight<Schema>(
    (schema, name) => ({ type: 'object', required: [name], properties: { [name]: schema } }),
    {
      type: 'string',
      description: 'The ETag that GET of this item alone sends: for If-Match.',
    },
  );
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
