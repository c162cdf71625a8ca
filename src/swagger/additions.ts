import { isReference } from './openapi.js';
import type { Header, Operation, Parameter, Response } from './openapi.js';

/*
 * What is added to an operation. What the application says itself stays: none of these replaces
 * anything.
 */

export function addParameter(operation: Operation, parameter: Parameter): void {
  operation.parameters ??= [];
  const isThere = operation.parameters.some(
    (each) =>
      !isReference(each) &&
      each.in === parameter.in &&
      each.name.toLowerCase() === parameter.name.toLowerCase(),
  );
  if (!isThere) operation.parameters.push(parameter);
}

export function addResponse(operation: Operation, status: number, response: Response): void {
  operation.responses ??= {};
  const said = operation.responses[status];
  if (said === undefined) {
    operation.responses[status] = response;
    return;
  }
  if (isReference(said)) return;
  said.description ||= response.description;
  if (said.content === undefined && response.content !== undefined) said.content = response.content;
  for (const [name, header] of Object.entries(response.headers ?? {})) {
    if (!isReference(header)) addHeader(said, name, header);
  }
}

/** Adds header fields to the answers with one of these statuses, as far as the operation has them. */
export function addHeaders(
  operation: Operation,
  statuses: readonly number[],
  headers: Readonly<Record<string, Header>>,
): void {
  for (const status of statuses) {
    const response = operation.responses?.[status];
    if (response === undefined || isReference(response)) continue;
    for (const [name, header] of Object.entries(headers)) addHeader(response, name, header);
  }
}

function addHeader(response: Response, name: string, header: Header): void {
  response.headers ??= {};
  const isThere = Object.keys(response.headers).some(
    (each) => each.toLowerCase() === name.toLowerCase(),
  );
  if (!isThere) response.headers[name] = header;
}
