/**
 * One value for a field that may have been sent in several lines: they are joined, in order, by a comma and a space.
 * `undefined` when no line was sent, which is not the same as an empty one. RFC 9110 §5.3.
 */
export function combinedFieldValue(
  field: string | readonly string[] | undefined,
): string | undefined {
  if (field === undefined || typeof field === 'string') return field;
  return field.length === 0 ? undefined : field.join(', ');
}
