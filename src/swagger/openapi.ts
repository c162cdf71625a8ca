/**
 * The parts of an OpenAPI document (3.0 and 3.1) that are read and written here, so that nothing of
 * `@nestjs/swagger` has to be imported.
 */
export interface OpenAPIDocument {
  paths: Record<string, PathItem>;
  components?: { schemas?: Record<string, Schema> };
}

export type PathItem = Record<string, unknown>;

export interface Operation {
  operationId?: string;
  parameters?: (Parameter | Reference)[];
  requestBody?: Body | Reference;
  responses?: Record<string, Response | Reference>;
}

export interface Reference {
  readonly $ref: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description: string;
  readonly required: boolean;
  readonly schema: Schema;
  readonly example?: string;
}

export interface Header {
  readonly description: string;
  readonly schema: Schema;
  readonly example?: string;
}

export interface Body {
  content?: Record<string, { schema?: Schema }>;
}

export interface Response extends Body {
  description: string;
  headers?: Record<string, Header | Reference>;
}

export type Schema = Record<string, unknown>;

/** Whether a part of a document is a `$ref` to another. */
export function isReference(part: object): part is Reference {
  return '$ref' in part;
}
