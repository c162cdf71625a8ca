/**
 * `npm publish` runs this first (`prepublishOnly`). It refuses to publish a package.json that does not say who publishes it:
 * npm, its users and the pictures of README.md need these fields. CONTRIBUTING.md, "Before a release", lists them.
 *
 * node scripts/check-release.mjs [package.json]
 */
import { readFileSync } from 'node:fs';

/** Stands in package.json where the person or the organization that publishes the package has to stand. */
const PLACEHOLDER = 'OWNER';
const FIELDS = ['author', 'homepage', 'repository', 'bugs'];

const [, , path = 'package.json'] = process.argv;
const manifest = JSON.parse(readFileSync(path, 'utf8'));
const unfilled = FIELDS.filter((name) => !isFilled(manifest[name]));

if (unfilled.length > 0) {
  console.error(
    `${path} is not ready to be published: fill in ${unfilled.join(', ')} (${PLACEHOLDER} is a placeholder).`,
  );
  process.exitCode = 1;
}

function isFilled(value) {
  const text = JSON.stringify(value) ?? '';
  return /\w/.test(text) && !text.includes(PLACEHOLDER);
}
