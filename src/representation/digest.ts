import { createHmac, createSecretKey, hash } from 'node:crypto';

/**
 * Turns a text or bytes into the opaque part of an entity tag: 32 lower-case hex digits (128 bits).
 *
 * A string counts as its UTF-8 bytes. The same content gives the same digits on every machine and
 * after every restart: nothing but the content (and the secret, if there is one) goes in.
 *
 * @throws TypeError (Node's own) for anything but a string or bytes.
 */
export type Digest = (content: string | Uint8Array) => string;

/** How a {@link Digest} is made. */
export interface DigestOptions {
  /** The name of a hash function of at least 128 bits that Node knows (`'sha256'` by default). */
  readonly algorithm?: string;
  /**
   * A key for HMAC, so that nobody can guess low-entropy content from its tag. Every instance that
   * serves the same resources needs the same one. A string counts as its UTF-8 bytes.
   */
  readonly secret?: string | Uint8Array;
}

const DEFAULT_ALGORITHM = 'sha256';

/** Hex digits of an opaque tag: 128 bits, and never the `-br` or `-gzip` that edges use as a suffix. */
const OPAQUE_TAG_LENGTH = 32;

/** MD2 to MD5, SHA-0 and SHA-1 under all of OpenSSL's names (`RSA-MD5`, `ssl3-sha1`, `sha1WithRSAEncryption`). */
const BROKEN = /md[2-5]|sha-?[01]/i;

/** SHAKE has no length of its own: Node deprecates asking for its digest without one. */
const EXTENDABLE = /^shake/i;

const ADVICE = "Use 'sha256' (the default), 'sha384', 'sha512', 'sha3-256' or 'blake2b512'.";

/**
 * Makes the digest that all tags of an application share: the first 32 hex digits of the hash of the
 * content, or of its HMAC where there is a secret. So `curl -s … | sha256sum` starts with the tag.
 *
 * @throws TypeError for a hash function that Node does not know, that is broken or that is shorter
 * than 128 bits, and for a secret that is empty or not text or bytes: all of them when the digest is made, none when it is
 * used.
 *
 * @example
 * const digest = createDigest();
 * digest('{"name":"Shaun","age":27}'); // '77bc43ac22bb2f5a9fbab5a32554a5d3'
 */
export function createDigest(options: DigestOptions = {}): Digest {
  const { algorithm = DEFAULT_ALGORITHM, secret } = options;
  refuseUnsuitable(algorithm);
  return secret === undefined ? unkeyed(algorithm) : keyed(algorithm, secret);
}

function unkeyed(algorithm: string): Digest {
  return (content) => hash(algorithm, content, 'hex').slice(0, OPAQUE_TAG_LENGTH);
}

function keyed(algorithm: string, secret: string | Uint8Array): Digest {
  const key = secretKey(secret);
  return (content) =>
    createHmac(algorithm, key).update(content).digest('hex').slice(0, OPAQUE_TAG_LENGTH);
}

function secretKey(secret: string | Uint8Array) {
  if (typeof secret !== 'string' && !ArrayBuffer.isView(secret)) {
    throw new TypeError(
      `The secret of the digest must be a string or a Uint8Array, not ${secret === null ? 'null' : typeof secret}.`,
    );
  }
  if (secret.length === 0) {
    throw new TypeError(
      'The secret of the digest is empty, so it would hide nothing: give it at least 16 random bytes, or leave the option out for tags without a key.',
    );
  }
  return typeof secret === 'string' ? createSecretKey(secret, 'utf8') : createSecretKey(secret);
}

function refuseUnsuitable(algorithm: string): void {
  if (typeof algorithm !== 'string') {
    throw new TypeError(
      `The algorithm of the digest must be the name of a hash function, not ${typeof algorithm}. ${ADVICE}`,
    );
  }
  if (BROKEN.test(algorithm)) {
    throw new TypeError(
      `The algorithm '${algorithm}' is broken: two different contents with the same digest can be made, and would share a tag. ${ADVICE}`,
    );
  }
  if (EXTENDABLE.test(algorithm)) {
    throw new TypeError(`The algorithm '${algorithm}' has no length of its own. ${ADVICE}`);
  }
  if (digitsOf(algorithm) < OPAQUE_TAG_LENGTH) {
    throw new TypeError(
      `Node knows no hash function '${algorithm}' of at least 128 bits. ${ADVICE}`,
    );
  }
}

/** The hex digits that a hash function gives: none if Node does not know it. */
function digitsOf(algorithm: string): number {
  try {
    return hash(algorithm, '', 'hex').length;
  } catch {
    return 0;
  }
}
