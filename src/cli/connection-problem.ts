import { messageOf } from './message-of.js';

/**
 * Says why a connection brought no answer, and what helps, as far as that is known.
 *
 * @param began whether the head of the answer had come.
 */
export function connectionProblem(error: Error, began: boolean): string {
  const code = 'code' in error ? String(error.code) : '';
  // The code of OpenSSL, where Node has it; older versions have only its words.
  const said = `${code} ${messageOf(error)}`;
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return began
      ? 'the server closed the connection in the middle of the answer'
      : 'the server closed the connection without an answer';
  }
  if (UNKNOWN_ISSUER.has(code)) {
    return `Node does not trust the certificate (${messageOf(error)}); to trust it, set NODE_EXTRA_CA_CERTS to the file (PEM) of the certificate or of its issuer`;
  }
  if (code.startsWith('HPE_')) {
    return `the answer is not HTTP/1.1 (${messageOf(error)})${hintOf(error)}`;
  }
  if (/no.application.protocol/i.test(said)) return ONLY_HTTP_2;
  if (/wrong.version.number/i.test(said)) {
    return 'the server does not speak TLS; write http:// instead of https://';
  }
  return messageOf(error);
}

const ONLY_HTTP_2 =
  'the server speaks only HTTP/2, the doctor only HTTP/1.1; examine a server before or behind it';

const UNKNOWN_ISSUER: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** What the first bytes of the answer are instead: a TLS alert, or a SETTINGS frame (RFC 9113 §3.4, §6.5). */
function hintOf(error: Error): string {
  const bytes = 'rawPacket' in error && Buffer.isBuffer(error.rawPacket) ? error.rawPacket : [];
  if (bytes[0] === 0x15 && bytes[1] === 0x03) return '; the server speaks TLS: write https://';
  return bytes[0] === 0 && bytes[3] === 4 ? `; ${ONLY_HTTP_2}` : '';
}
