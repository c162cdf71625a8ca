/**
 * What this library promises about its speed, and what was measured of it. Ratios of CPU time in one run: bigger is
 * faster.
 */

const PLATFORMS = ['Express', 'Fastify'];
const READS = ['200', '304'];

const ours = (platform, tag) => `nestjs-etag, ${platform}, ${tag}`;

const CLAIMS = [
  ...READS.map((scenario) => ({
    says: `strong, ${scenario}: Express at least 1.2 times Nest as it comes`,
    name: ours('Express', 'strong'),
    scenario,
    than: { name: 'Nest + Express as it comes', scenario },
    atLeast: 1.2,
  })),
  ...READS.map((scenario) => ({
    says: `strong, ${scenario}: Fastify no slower than @fastify/etag`,
    name: ours('Fastify', 'strong'),
    scenario,
    than: { name: 'Nest + Fastify + @fastify/etag', scenario },
    atLeast: 1,
  })),
  ...PLATFORMS.flatMap((platform) =>
    READS.map((scenario) => ({
      says: `strong, ${scenario}: ${platform} at least 1.8 times the hand-written interceptor`,
      name: ours(platform, 'strong'),
      scenario,
      than: { name: `Nest + ${platform}, hand-written interceptor`, scenario },
      atLeast: 1.8,
    })),
  ),
  ...['weak', 'version'].flatMap((tag) =>
    PLATFORMS.map((platform) => ({
      says: `${tag}, 304: ${platform} at least 15 times Nest as it comes at 100 KB`,
      name: ours(platform, tag),
      scenario: '304',
      size: '100 KB',
      than: { name: 'Nest + Express as it comes', scenario: '304' },
      atLeast: 15,
    })),
  ),
  ...['weak', 'version'].map((tag) => ({
    says: `${tag}, 200: within 5 % of the same route without tags on Fastify`,
    name: ours('Fastify', tag),
    scenario: '200',
    than: { name: 'Nest + Fastify plain', scenario: '200' },
    atLeast: 1 / 1.05,
  })),
  ...PLATFORMS.map((platform) => ({
    says: `validator, 304: ${platform} at least 5 times Nest as it comes at 10 KB`,
    name: ours(platform, 'validator'),
    scenario: '304',
    size: '10 KB',
    than: { name: 'Nest + Express as it comes', scenario: '304' },
    atLeast: 5,
  })),
  ...['', ', PostgreSQL'].flatMap((where) =>
    PLATFORMS.map((platform) => ({
      says: `PUT with a version${where}: ${platform} within 15 % of a hand-written SELECT, compare, conditional UPDATE`,
      name: ours(platform, `version${where}`),
      scenario: 'PUT fresh',
      than: { name: `Nest + ${platform}, hand-written check${where}`, scenario: 'PUT fresh' },
      atLeast: 1 / 1.15,
    })),
  ),
  ...PLATFORMS.flatMap((platform) =>
    ['strong', 'version'].map((tag) => ({
      says: `a stale PUT, ${tag}: ${platform} costs no more than a GET`,
      name: ours(platform, tag),
      scenario: 'PUT stale',
      than: { name: ours(platform, tag), scenario: '200' },
      atLeast: 1,
    })),
  ),
  ...PLATFORMS.map((platform) => ({
    says: `untagged routes: ${platform} as without us`,
    name: ours(platform, 'untagged route'),
    scenario: '200',
    than: {
      name: platform === 'Express' ? 'Nest + Express as it comes' : 'Nest + Fastify plain',
      scenario: '200',
    },
    // What two runs of the same differ by.
    atLeast: 0.97,
  })),
];

/** What is promised of a cell in comparison with others: their names and scenarios. */
export function comparedWith({ name, scenario, size }) {
  return CLAIMS.filter(
    (claim) =>
      claim.name === name &&
      claim.scenario === scenario &&
      (claim.size === undefined || claim.size === size),
  ).map(({ than }) => than);
}

/** Every promise, for each size that it is made for and that was measured: how fast it has to be, and how fast it is. */
export function claims(results) {
  return CLAIMS.flatMap(({ says, name, scenario, size, than, atLeast }) =>
    results.sizes
      .filter((measured) => size === undefined || size === measured)
      .map((measured) => ({
        says,
        size: measured,
        atLeast,
        measured: results.speed({ name, scenario, size: measured }, { ...than, size: measured }),
      })),
  ).filter(({ measured }) => measured !== undefined);
}
