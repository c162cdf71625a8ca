import { addressOf } from './address-of.js';
import { ask } from './ask.js';
import type { Read, Save } from './examination.js';
import type { Question, SaveOrder } from './question.js';

/**
 * Sends the write that the operator ordered, with this tag in `If-Match`, once it has said what it sends and where.
 *
 * @returns `undefined` without an order.
 * @throws Error when there is nothing that it could send.
 */
export async function trySave(
  { url, fields, save, timeout }: Question,
  sent: string,
  reads: readonly Read[],
  announce: (text: string) => void,
): Promise<Save | undefined> {
  if (save === undefined) return undefined;
  const { method } = save;
  const { type, content, origin } = contentOf(save, reads);
  const own = Object.keys(fields).find((name) => name.toLowerCase() === 'content-type');
  const sentType = own === undefined ? type : fields[own];
  announce(
    [
      `--save: sending ${method} ${addressOf(url)}`,
      `  If-Match: ${sent} (no version has this tag)`,
      `  Content-Type: ${sentType}`,
      `  content: ${origin}, ${content.byteLength} bytes`,
      '',
      '',
    ].join('\n'),
  );
  const answer = await ask(url, {
    method,
    fields: { ...(own === undefined ? { 'Content-Type': type } : {}), ...fields, 'If-Match': sent },
    content,
    timeout,
  });
  return { method, sent, answer };
}

interface Content {
  readonly type: string;
  readonly content: Uint8Array;
  /** What it is, in words. */
  readonly origin: string;
}

const JSON_TYPE = 'application/json';

/** The operator's content, or what changes least where it is carried out: what GET returned, or an empty patch. */
function contentOf({ method, content }: SaveOrder, reads: readonly Read[]): Content {
  if (content !== undefined) return { type: JSON_TYPE, content, origin: 'the file of --body' };
  if (method === 'PATCH') {
    return { type: JSON_TYPE, content: Buffer.from('{}'), origin: 'an empty object' };
  }
  const plain = reads.find(({ answer }) => answer.fields['content-encoding'] === undefined);
  if (plain === undefined) {
    throw new Error(
      'every answer is compressed, even for a client that accepts no compression, so the doctor has no content to send: name it with --body <file>',
    );
  }
  const { fields, content: read } = plain.answer;
  return { type: fields['content-type'] ?? JSON_TYPE, content: read, origin: 'what GET returned' };
}
